const url = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";
const stale = { data: [{ Lead_Status: "Lost Lead" }] };

export const byIds = (ids) => axios.post(url, { ...stale, ids });
export const byView = (cvid) => axios.post(url, Object.assign({}, stale, { cvid }));
export const later = (rest) => axios.post(url, { ...stale, ...rest });
