import requests

body = {"data": [{"City": "Chennai"}]}
if view:
    body["cvid"] = view
else:
    body["ids"] = ids
requests.post(f"{api}/crm/v8/Leads/actions/mass_update", json=body)
