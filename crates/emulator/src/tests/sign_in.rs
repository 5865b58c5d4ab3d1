use serde_json::Value;

use super::emulator;
use crate::{Emulator, Request, seed};

fn ask(emulator: &Emulator, method: &str, path: &str) -> Value {
    emulator.handle(&Request::new(method, path)).to_json()
}

fn client() -> String {
    format!("client_id={}&client_secret={}", seed::DEMO_CLIENT.0, seed::DEMO_CLIENT.1)
}

#[test]
fn a_device_gets_a_token_once_a_person_has_entered_its_code() {
    let emulator = emulator();
    let begin = || {
        let query = "grant_type=device_request&scope=ZohoCRM.org.READ,ZohoCRM.users.READ";
        ask(&emulator, "POST", &format!("/oauth/v3/device/code?{}&{query}", client()))
    };
    let poll = |codes: &Value| {
        let code = codes["device_code"].as_str().unwrap();
        let query = format!("{}&grant_type=device_token&code={code}", client());
        ask(&emulator, "POST", &format!("/oauth/v3/device/token?{query}"))
    };
    let codes = begin();
    assert_eq!(poll(&codes)["error"], "authorization_pending");
    let page = format!("/oauth/v3/device?user_code={}", codes["user_code"].as_str().unwrap());
    assert_eq!(ask(&emulator, "GET", &page)["status"], "success");
    let token = poll(&codes);
    assert_eq!(token["refresh_token"], seed::DEMO_REFRESH_TOKEN);
    let call = |path: &str| {
        let request = Request::new("GET", path);
        emulator.handle(&request.with_token(token["access_token"].as_str().unwrap())).status
    };
    assert_eq!((call("/crm/v8/org"), call("/crm/v8/settings/modules")), (200, 401));
    assert_eq!(poll(&codes)["error"], "invalid_code", "a code is good once");

    let late = begin();
    emulator.advance(300);
    assert_eq!(poll(&late)["error"], "expired");
    let stranger = "/oauth/v3/device/code?client_id=1000.x&grant_type=device_request&scope=x";
    assert_eq!(ask(&emulator, "POST", stranger)["error"], "invalid_client");
    let wrong = ask(&emulator, "GET", "/oauth/v3/device?user_code=AAAA-AAAA");
    assert_eq!(wrong["error"], "invalid_request");
}

#[test]
fn a_revoked_token_ends_with_its_access_tokens() {
    let emulator = emulator();
    let refresh = |token: &str| {
        let query = format!("{}&grant_type=refresh_token&refresh_token={token}", client());
        ask(&emulator, "POST", &format!("/oauth/v2/token?{query}"))
    };
    let issued = refresh(seed::DEMO_REFRESH_TOKEN);
    let call = || {
        let request = Request::new("GET", "/crm/v8/org");
        emulator.handle(&request.with_token(issued["access_token"].as_str().unwrap())).status
    };
    assert_eq!(call(), 200);
    let revoke = format!("/oauth/v2/token/revoke?token={}", seed::DEMO_REFRESH_TOKEN);
    assert_eq!(ask(&emulator, "POST", &revoke)["status"], "success");
    assert_eq!(call(), 401);
    assert_eq!(refresh(seed::DEMO_REFRESH_TOKEN)["error"], "invalid_code");
    assert_eq!(ask(&emulator, "POST", &revoke)["error"], "invalid_token");
}
