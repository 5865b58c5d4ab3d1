public class Presales {
    void post(java.net.HttpURLConnection connection, String id) throws java.io.IOException {
        var url = new java.net.URL("https://www.zohoapis.com/crm/v8/Leads/actions/mass_update");
        String body = "{ \"data\": [{ \"Rating\": \"Active\" }], \"ids\": [\"" + id + "\"], \"trigger\": [] }";
        connection.getOutputStream().write(body.getBytes());
    }
}
