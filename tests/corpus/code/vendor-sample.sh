curl "https://www.zohoapis.com/crm/v7/Accounts/actions/mass_update"
-H "Authorization: Zoho-oauthtoken 1000.0000.0000"
-d '{ "data": [{ "Industry": "Education", "Rating": "Active" }], "cvid": "554023000000091515" }'
-X POST
