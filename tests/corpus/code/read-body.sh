#!/usr/bin/env bash
read -r -d '' BODY <<'END'
{ "data": [{ "City": "Chennai", "State": "TN" }], "ids": ["554023000000497007"] }
END
printf '%s' "$BODY" | curl --request=POST --url=https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -d @-
