import requests


def set_everywhere(session, module, field, value, ids):
    """Sets one field of many records."""
    body = {"data": [{field: value}]}
    url = f"https://www.zohoapis.eu/crm/v8/{module}/actions/mass_update"
    for start in range(0, len(ids), 500):
        session.post(url, json={**body, "ids": ids[start : start + 500]})
