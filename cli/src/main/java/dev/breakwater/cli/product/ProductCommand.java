/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.product;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code breakwater product}: kinds of device. */
@Command(name = "product", description = "Make and look at products, the kinds of device.")
public final class ProductCommand {

    private static final Columns COLUMNS =
            Columns.none().and("ID", "id").and("NAME", "name").and("CREATED", "createdAt");

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
}
