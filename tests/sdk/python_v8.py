"""Runs Zoho's official Python SDK for v8, unchanged, against the API at an address.

Updates records by ids, one of them wrong; schedules a custom view and polls its job; meets an error.
Prints what came of it as one line of JSON.
"""

import json
import os
import sys
import tempfile
import time

from zohocrmsdk.src.com.zoho.api.authenticator.oauth_token import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zohocrmsdk.src.com.zoho.api.logger import Logger
from zohocrmsdk.src.com.zoho.crm.api import Initializer, ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.record import (
    APIException,
    GetMassUpdateStatusParam,
    MassUpdateBodyWrapper,
    Record,
    RecordOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.sdk_config import SDKConfig


def word(choice):
    return choice.get_value() if hasattr(choice, "get_value") else choice


def shown(entry):
    """An entry of an answer: its code, and what its details tell."""
    details = entry.get_details() or {}
    told = {key: str(value) for key, value in details.items() if key in ("id", "job_id")}
    return {"code": word(entry.get_code()), **told}


def update(operations, field, value, ids=None, cvid=None):
    record = Record()
    record.add_key_value(field, value)
    body = MassUpdateBodyWrapper()
    body.set_data([record])
    if ids is not None:
        body.set_ids(ids)
    if cvid is not None:
        body.set_cvid(cvid)
    response = operations.mass_update_records(body)
    answer = response.get_object()
    if isinstance(answer, APIException):
        return response.get_status_code(), [shown(answer)]
    return response.get_status_code(), [shown(entry) for entry in answer.get_data()]


def main():
    url, view = sys.argv[1:3]
    folder = tempfile.mkdtemp()
    token = OAuthToken(client_id="1000.client", client_secret="secret", refresh_token="1000.refresh")
    Initializer.initialize(
        environment=DataCenter.Environment(url, url + "/oauth/v2/token", url),
        token=token,
        store=FileStore(file_path=os.path.join(folder, "tokens.csv")),
        sdk_config=SDKConfig(auto_refresh_fields=True, pick_list_validation=False),
        resource_path=folder,
        logger=Logger.get_instance(level=Logger.Levels.INFO, file_path=os.path.join(folder, "sdk.log")),
    )
    operations = RecordOperations("Leads")
    by_ids = update(operations, "City", "Chennai", ids=["5725767000001000001", "1"])
    by_view = update(operations, "City", "Madurai", cvid=view)
    job = by_view[1][0]["job_id"]
    states = []
    while not states or states[-1]["state"] not in ("COMPLETED", "FAILED"):
        parameters = ParameterMap()
        parameters.add(GetMassUpdateStatusParam.job_id, job)
        status = operations.get_mass_update_status(parameters).get_object().get_data()[0]
        states.append({
            "state": word(status.get_status()),
            "total": status.get_total_count(),
            "updated": status.get_updated_count(),
            "failed": status.get_failed_count(),
        })
        time.sleep(0.1)
    refused = update(operations, "Email", "a@b.example", ids=["5725767000001000001"])
    print(json.dumps({"by_ids": by_ids, "by_view": by_view, "last": states[-1], "refused": refused}))


main()
