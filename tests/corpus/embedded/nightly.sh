#!/bin/bash
set -euo pipefail

# Whole view, as a background job.
job=$(curl -sS -X POST "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update" \
  -H "Authorization: Zoho-oauthtoken $TOKEN" \
  -d @- <<END
{
  "data": [{ "Lead_Source": "Advertisement" }],
  "cvid": "$VIEW",
  "territory": "554023000000430409"
}
END
)

curl -sS -H "Authorization: Zoho-oauthtoken $TOKEN" \
  "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update"
