var body = new Dictionary<string, object>
{
    ["data"] = new[] { new Dictionary<string, object> { { "Rating", "Active" }, { "Industry", "Education" } } },
    ["ids"] = new[] { "5725767000000411001" }
};
var request = new RestRequest("https://www.zohoapis.com/crm/v8/Accounts/actions/mass_update", Method.Post);
request.AddJsonBody(body);
