import requests

URL = "https://www.zohoapis.com/crm/v8/{}/actions/mass_update".format("Leads")
body = {"data": [{"City": "Chennai"}], "ids": ["554023000000497007"]}
requests.post(URL, data=body, headers={"Authorization": "Zoho-oauthtoken" + token})
