from zohocrmsdk.src.com.zoho.crm.api.record import MassUpdateBodyWrapper, RecordOperations


def update(module, request: MassUpdateBodyWrapper):
    return RecordOperations(module).mass_update_records(request)
