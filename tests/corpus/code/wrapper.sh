#!/bin/sh
BASE=https://www.zohoapis.co.in/crm/v8
URL="$BASE/Leads/actions/mass_update"

api() { curl -sS -H "Authorization: Zoho-oauthtoken $(token)" "$@"; }

api -X post "$URL" -F 'data=[{"City":"Madurai"}]' -F 'ids=["554023000000497007"]'
