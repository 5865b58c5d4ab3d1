package com.example.crm;

import com.zoho.crm.api.record.MassUpdateBodyWrapper;

class Renew {
    void run() throws Exception {
        RecordOperations recordOperations = new RecordOperations();
        MassUpdateBodyWrapper request = new MassUpdateBodyWrapper();
        List<Record> records = new ArrayList<Record>();
        Record record = new Record();
        record.addKeyValue("Rating", "Active");
        record.addKeyValue("Industry", "Banking");
        records.add(record);
        request.setData(records);
        request.setCvid("554023000000400016");
        recordOperations.massUpdateRecords("Accounts", request);
    }
}
