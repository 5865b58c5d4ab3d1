@echo off
REM the token comes from the environment
curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update ^
  -H "Authorization: Bearer %TOKEN%" ^
  -d "{\"data\":[{\"City\":\"Chennai\"}],\"ids\":[\"554023000000497007\"]}"
