const url = `https://www.zohoapis.com/crm/v8/Contacts/actions/mass_update`;

export async function move(token: string, ids: string[]) {
  return fetch(url, {
    method: 'POST',
    headers: { Authorization: `Zoho-oauthtoken ${token}` },
    body: JSON.stringify({
      data: [{ Mailing_City: 'Tempe', Mailing_State: 'AZ' }], // one of them too many
      ids,
    }),
  });
}
