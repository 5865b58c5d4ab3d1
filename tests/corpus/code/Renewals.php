<?php
use com\zoho\crm\api\record\MassUpdateBodyWrapper;
use com\zoho\crm\api\record\Record;
use com\zoho\crm\api\record\RecordOperations;

class Renewals
{
    public static function close(string $module)
    {
        $body = new MassUpdateBodyWrapper();
        $list = array();
        $lead = new Record();
        $lead->addKeyValue("Rating", "Shutdown");
        array_push($list, $lead);
        $body->setData($list);
        $ids = array();
        $ids[] = "554023000000497007";
        $ids[] = "554023000000497007";
        $body->setIds($ids);
        return (new RecordOperations($module))->massUpdateRecords($body);
    }
}
