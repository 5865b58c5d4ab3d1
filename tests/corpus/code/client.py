"""A client that wraps the API: POST /crm/v8/{module}/actions/mass_update of Zoho CRM."""


class Records:
    def __init__(self, session):
        self.session = session

    async def update_view(self, module: str, view: str, values: dict) -> dict:
        endpoint = f"/crm/v8/{module}/actions/mass_update"
        payload = {
            "cvid": view,
            "data": [values],
            "overwrite": True,
        }
        return await self.session.request("POST", endpoint, json=payload)
