//! `massup mcp`: lint, plan, explain and the snapshot as tools of an assistant.
//!
//! Nothing is sent, and nothing is written. Files are read below one directory only.

mod answer;
mod tools;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt as _};

use crate::Outcome;
use crate::args::McpArgs;
use answer::{Answer, Root};

/// What an assistant reads before it uses the tools.
const INSTRUCTIONS: &str = "massup checks Zoho CRM mass updates before they are sent. Before you call a mass update, \
    `lint` its body and correct every error; for more records or fields than one call accepts, `plan` it. `fields`, \
    `views`, `territories` and `modules` show what the organisation has. No tool sends or writes anything.";

/// Serves an assistant until it closes standard input.
pub(crate) fn run(args: &McpArgs) -> Result<Outcome> {
    let folder = args.root.as_deref().unwrap_or(Path::new("."));
    let root = Root::of(folder, args.snapshot.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server { root: Arc::new(root) }.serve(rmcp::transport::stdio()).await;
        server.context("cannot talk to the assistant")?.waiting().await?;
        anyhow::Ok(())
    })?;
    Ok(Outcome::Clean)
}

/// The tools, over the files of a directory.
struct Server {
    root: Arc<Root>,
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        let implementation = Implementation::new("massup", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(capabilities)
            .with_server_info(implementation)
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = tools::ALL.iter().map(|tool| {
            let hints = ToolAnnotations::with_title(tool.title)
                .read_only(true)
                .destructive(false)
                .idempotent(true)
                .open_world(false);
            Tool::new(tool.name, tool.description, Arc::new((tool.input)())).with_annotations(hints)
        });
        Ok(ListToolsResult::with_all_items(tools.collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = tools::ALL.iter().find(|tool| tool.name == request.name) else {
            let names: Vec<_> = tools::ALL.iter().map(|tool| tool.name).collect();
            let message =
                format!("unknown tool `{}`; expected one of {}", request.name, names.join(", "));
            return Err(ErrorData::invalid_params(message, None));
        };
        let arguments = serde_json::Value::from(request.arguments.unwrap_or_default());
        Ok(match (tool.call)(&self.root, arguments) {
            Ok(Answer { text, data }) => {
                let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
                result.structured_content = Some(data);
                result
            }
            // The assistant reads it, and can try again.
            Err(error) => CallToolResult::error(vec![ContentBlock::text(format!("{error:#}"))]),
        }
        .into())
    }
}
