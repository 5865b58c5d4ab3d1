//! The hosts of the API, where several crates know them.

use massup_model::host::{API_DOMAINS, Host};
use massup_transport::{DataCentre, Environment};

/// The lint knows the hosts that calls are sent to, and no others.
#[test]
fn the_lint_knows_the_data_centres() {
    assert_eq!(API_DOMAINS.len(), DataCentre::ALL.len());
    for centre in DataCentre::ALL {
        for environment in [Environment::Production, Environment::Sandbox, Environment::Developer] {
            let url = centre.api(environment);
            let host = url.as_str().strip_prefix("https://").unwrap();
            assert_eq!(Host::of(host), Host::Api, "{host}");
        }
        let accounts = centre.accounts();
        let host = accounts.as_str().strip_prefix("https://").unwrap();
        assert!(matches!(Host::of(host), Host::NotApi(_)), "{host}");
    }
}
