/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.product;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Assignments;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater product}: kinds of device. */
@Command(name = "product", description = "Make and look at products, the kinds of device.")
public final class ProductCommand {

    private static final Columns COLUMNS =
            Columns.none().and("ID", "id").and("NAME", "name").and("CREATED", "createdAt");

    private static final Columns QUOTA =
            Columns.none()
                    .and("PUBLISHES PER SECOND", "inForce/publishesPerSecond")
                    .and("BYTES PER SECOND", "inForce/bytesPerSecond")
                    .and("CONNECTS PER SECOND", "inForce/connectsPerSecond")
                    .and("PAYLOAD BYTES", "inForce/payloadBytes")
                    .and("SUBSCRIPTIONS", "inForce/subscriptions")
                    .and("INFLIGHT", "inForce/inflight")
                    .and("STATED", "stated");

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public ProductCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Make a product.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater product create \"Smart fish tank\"")
    void create(@Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        try (ApiClient api = server.connect()) {
            ApiAnswer made =
                    api.send(
                            ApiRequest.create(
                                    JsonNodeFactory.instance.objectNode().put("name", name),
                                    "products"));
            server.print(made, COLUMNS);
            server.terminal().say("Made the product " + name + ".");
            server.terminal().next("enrollment", "create", "--product", name, "--serial", "SERIAL");
        }
    }

    @Command(
            description = "Show all products.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater product list -o json")
    void list(@Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get("products")));
            server.printPage(answer, COLUMNS, "product", "list");
        }
    }

    @Command(
            description = "Show one product.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater product show \"Smart fish tank\"")
    void show(
            @Parameters(paramLabel = "PRODUCT", description = "Its id or its name.")
                    String product) {
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            server.print(api.send(ApiRequest.get("products", id)), COLUMNS);
            server.terminal().next("device", "list", "--product", product);
        }
    }

    @Command(
            description = {
                "Show or state what a product's devices may use of the channel. What is stated counts from each",
                "device's next connection on; null goes back to the server's default. The names are",
                "publishesPerSecond, bytesPerSecond, connectsPerSecond, payloadBytes, subscriptions, inflight."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater product quota \"Smart fish tank\"",
                "  breakwater product quota \"Smart fish tank\" publishesPerSecond=10 payloadBytes=4096"
            })
    void quota(
            @Parameters(index = "0", paramLabel = "PRODUCT", description = "Its id or its name.")
                    String product,
            @Parameters(
                            index = "1..*",
                            arity = "0..*",
                            paramLabel = "NAME=VALUE",
                            description = "What is to be stated; the rest stays as it is.")
                    List<String> changes) {
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            ApiAnswer quota = api.send(ApiRequest.get("products", id, "quota"));
            if (changes == null || changes.isEmpty()) {
                server.print(quota, QUOTA);
                server.terminal().next("product", "quota", product, "NAME=VALUE");
                return;
            }
            ObjectNode stated = ((ObjectNode) quota.json().path("stated")).deepCopy();
            for (Map.Entry<String, JsonNode> change : Assignments.object(changes).properties()) {
                if (change.getValue().isNull()) {
                    stated.remove(change.getKey());
                } else {
                    stated.set(change.getKey(), change.getValue());
                }
            }
            ApiRequest replace =
                    ApiRequest.put(stated, "products", id, "quota").onlyIf(quota.etag());
            server.print(api.send(replace), QUOTA);
            server.terminal().say("Changed the quota of the product " + product + ".");
            server.terminal().next("device", "list", "--product", product);
        }
    }
}
