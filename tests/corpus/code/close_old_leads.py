import json

import requests

API = "https://www.zohoapis.eu/crm/v8"


def close(ids, token):
    body = {"data": [{"Lead_Status": "Lost", "Lead_Source": "Web"}]}
    body["ids"] = [str(one) for one in ids]
    answer = requests.put(
        API + "/Leads/actions/mass_update",
        data=json.dumps(body),
        headers={"Authorization": f"Bearer {token}"},
    )
    answer.raise_for_status()
