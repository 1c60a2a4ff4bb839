/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.page;

import dev.breakwater.server.api.contract.Contract;
import dev.breakwater.server.api.contract.Operation;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The API's reference: the document, rendered for people. Everything on it is read from the
 * document in force, so it cannot say anything else than what the firewall does.
 */
public final class ReferencePage {

    private final JsonNode document;
    private final List<Operation> operations;
    private final SchemaText schemas;
    private final Html html;

    private ReferencePage(Contract contract) {
        this.document = JsonMapper.shared().readTree(contract.asJson());
        this.operations = contract.operations();
        this.html = Html.page(document.at("/info/title").asString("") + " API", true);
        this.schemas = new SchemaText(html);
    }

    /** Renders the page; the bytes are for good, as the document is. */
    public static byte[] of(Contract contract) {
        ReferencePage page = new ReferencePage(contract);
        page.search();
        page.html.open("main");
        page.introduction();
        for (JsonNode tag : page.document.path("tags")) {
            page.section(tag);
        }
        page.allSchemas();
        page.html.close("main");
        return page.html.end();
    }

    /** Shown by the script: without it there is nothing that could search. */
    private void search() {
        html.open("header", "id", "search-bar", "hidden", "");
        html.element("label", "Search", "for", "search");
        html.open("input", "id", "search", "type", "search", "autocomplete", "off");
        html.element("output", "", "id", "found", "for", "search");
        html.close("header");
    }

    private void introduction() {
        html.element("h1", document.at("/info/title").asString("") + " API");
        html.element("p", document.at("/info/summary").asString(""));
        html.element("p", document.at("/info/description").asString(""));
        html.element("p", document.at("/components/securitySchemes/bearer/description").asString());
        html.open("p").text("The contract itself: ");
        html.element("a", "as YAML", "href", "/api/v1/openapi.yaml").text(", ");
        html.element("a", "as JSON", "href", "/api/v1/openapi.json").text(".");
        html.close("p");
        html.open("p").text("The examples need the server's address in ");
        html.element("code", "BREAKWATER").text(", a token in ").element("code", "TOKEN");
        html.text(", and the root certificate of the server in ").element("code", "root.pem");
        html.text(".").close("p");
        html.open("nav", "aria-label", "Operations");
        for (JsonNode tag : document.path("tags")) {
            String name = tag.path("name").asString("");
            html.open("div", "data-group", "").element("h2", name).open("ul");
            of(name).forEach(this::entry);
            html.close("ul").close("div");
        }
        html.close("nav");
    }

    private void entry(Operation operation) {
        html.open("li", "data-of", operation.id());
        html.open("a", "href", "#" + operation.id());
        html.element("code", operation.toString()).close("a");
        html.text(" " + node(operation).path("summary").asString("")).close("li");
    }

    private List<Operation> of(String tag) {
        return operations.stream()
                .filter(operation -> node(operation).at("/tags/0").asString("").equals(tag))
                .toList();
    }

    private JsonNode node(Operation operation) {
        return document.path("paths")
                .path(operation.path())
                .path(operation.method().toLowerCase(java.util.Locale.ROOT));
    }

    private void section(JsonNode tag) {
        String name = tag.path("name").asString("");
        html.open("section", "data-group", "").element("h2", name);
        html.element("p", tag.path("description").asString(""));
        of(name).forEach(this::operation);
        html.close("section");
    }

    private void operation(Operation operation) {
        JsonNode node = node(operation);
        html.open("details", "id", operation.id(), "data-entry", "");
        html.open("summary").open("h3").element("code", operation.toString()).close("h3");
        html.text(node.path("summary").asString("")).close("summary");
        if (node.has("description")) {
            html.element("p", node.path("description").asString(""));
        }
        html.open("dl");
        fact("operation", operation.id());
        fact("permission", operation.permission());
        fact("cost", Integer.toString(operation.cost()));
        String leaves = String.join(", ", operation.auditActions());
        fact("audit events", leaves.isEmpty() ? "none" : leaves);
        html.close("dl");
        parameters(node.path("parameters"));
        body(node.path("requestBody"));
        replies(node.path("responses"));
        html.element("h4", "Example");
        html.open("pre").element("code", new Example(document).curl(operation, node)).close("pre");
        html.close("details");
    }

    private void fact(String name, String value) {
        html.element("dt", name).open("dd").element("code", value).close("dd");
    }

    private void parameters(JsonNode parameters) {
        if (parameters.isEmpty()) {
            return;
        }
        html.element("h4", "Parameters").open("ul");
        for (JsonNode reference : parameters) {
            JsonNode parameter = resolved(reference);
            html.open("li").element("code", parameter.path("name").asString(""));
            html.text(" in " + parameter.path("in").asString(""));
            html.text(parameter.path("required").asBoolean(false) ? ", required: " : ": ");
            schemas.describe(parameter.path("schema"));
            html.text(sentence(parameter)).close("li");
        }
        html.close("ul");
    }

    private void body(JsonNode body) {
        for (Map.Entry<String, JsonNode> content : body.path("content").properties()) {
            html.element("h4", "Body").open("p").element("code", content.getKey()).text(", ");
            schemas.describe(content.getValue().path("schema"));
            html.close("p");
            schemas.members(resolved(content.getValue().path("schema")));
        }
    }

    private void replies(JsonNode replies) {
        html.element("h4", "Replies").open("ul");
        for (Map.Entry<String, JsonNode> entry : replies.properties()) {
            JsonNode reply = resolved(entry.getValue());
            html.open("li").element("code", entry.getKey());
            html.text(" " + reply.path("description").asString(""));
            for (Map.Entry<String, JsonNode> content : reply.path("content").properties()) {
                html.text(" ").element("code", content.getKey()).text(", ");
                schemas.describe(content.getValue().path("schema"));
                html.text(".");
            }
            String headers = String.join(", ", reply.path("headers").propertyNames());
            html.text(headers.isEmpty() ? "" : " Headers: " + headers + ".").close("li");
        }
        html.close("ul");
    }

    private void allSchemas() {
        html.open("section", "data-group", "").element("h2", "Schemas");
        for (Map.Entry<String, JsonNode> schema : document.at("/components/schemas").properties()) {
            html.open("details", "id", SchemaText.anchor(schema.getKey()), "data-entry", "");
            html.open("summary").element("h3", schema.getKey()).close("summary");
            html.open("p");
            schemas.describe(schema.getValue());
            html.text(sentence(schema.getValue())).close("p");
            schemas.members(schema.getValue());
            html.close("details");
        }
        html.close("section");
    }

    private JsonNode resolved(JsonNode node) {
        String reference = node.path("$ref").asString("");
        return reference.isEmpty()
                ? node
                : document.at(JsonPointer.compile(reference.substring(1)));
    }

    private static String sentence(JsonNode node) {
        String text = node.path("description").asString("");
        return text.isEmpty() ? "" : ". " + text;
    }
}
