#!/bin/bash
rate() {
  local module=$1 ids=$2
  curl "https://www.zohoapis.com/crm/v8/$module/actions/mass_update" -H "Authorization: Zoho-oauthtoken $TOKEN" \
    -d "{\"data\": [{\"Rating\": \"Active\"}], \"ids\": $ids}"
}
for module in Leads Activities; do
  rate "$module" '["554023000000497007"]'
done
