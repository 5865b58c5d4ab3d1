//! Files of other kinds, to be called by their names.

use massup_model::json::Node;

/// Keys that files of a kind have at the top, and what the kind is called.
const KINDS: [(&[&str], &str); 26] = [
    (&["__export_format"], "an Insomnia export"),
    (&["nodes", "connections"], "an n8n workflow"),
    (&["requests", "order"], "a Postman collection of version 1"),
    (&["requests", "id"], "a Postman collection of version 1"),
    (&["_postman_variable_scope"], "a Postman environment"),
    (&["openapi"], "an OpenAPI description"),
    (&["swagger"], "an OpenAPI description"),
    (&["jsonrpc"], "a JSON-RPC message"),
    (&["$schema", "properties"], "a JSON schema"),
    (&["$schema", "type"], "a JSON schema"),
    (&["nbformat"], "a Jupyter notebook"),
    (&["compilerOptions"], "a TypeScript configuration"),
    (&["lockfileVersion"], "an npm lock file"),
    (&["name", "version", "dependencies"], "a package manifest"),
    (&["name", "version", "scripts"], "a package manifest"),
    (&["project"], "a project configuration"),
    (&["package"], "a package manifest"),
    (&["build-system"], "a project configuration"),
    (&["apiVersion", "kind"], "a Kubernetes manifest"),
    (&["jobs", "on"], "a GitHub Actions workflow"),
    (&["stages"], "a pipeline"),
    (&["services"], "a Docker Compose file"),
    (&["access_token"], "an answer of the OAuth server"),
    (&["fields"], "metadata of the API"),
    (&["layouts"], "metadata of the API"),
    (&["custom_views"], "metadata of the API"),
];

/// What a document of another kind seems to be, with its article.
pub(crate) fn seems(root: &Node<'_>) -> Option<&'static str> {
    let has = |keys: &[&str]| keys.iter().all(|key| root.member(key).is_some());
    answer(root).or_else(|| KINDS.iter().find(|(keys, _)| has(keys)).map(|(_, name)| *name))
}

/// Whether a document is what the API answers: records, or what became of a call.
pub(crate) fn answer(root: &Node<'_>) -> Option<&'static str> {
    if ["ids", "cvid", "territory", "over_write"].iter().any(|key| root.member(key).is_some()) {
        return None;
    }
    if root.field("info").is_some_and(|info| info.member("more_records").is_some()) {
        return Some("an answer of the API with records");
    }
    let outcome = |node: &Node<'_>| {
        let text = |key: &str| node.field(key).and_then(Node::as_str);
        text("code").is_some_and(|code| code.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
            && text("status").is_some_and(|status| ["success", "error"].contains(&status))
    };
    let counts =
        |node: &Node<'_>| ["Status", "Total_Count"].iter().all(|key| node.member(key).is_some());
    let items = root.field("data").and_then(Node::as_array).unwrap_or_default();
    let all = !items.is_empty() && items.iter().all(|item| outcome(item) || counts(item));
    (all || outcome(root)).then_some("an answer of the API")
}
