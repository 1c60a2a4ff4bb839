/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.product;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.JsonFile;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code breakwater product guidance}: what owners of a product are told. */
@Command(
        name = "guidance",
        description =
                "Show and set what owners of a product are told, on a page that anybody may read.")
public final class GuidanceCommand {

    private static final String PRODUCT = "Its id or its name.";

    private static final Columns COLUMNS =
            Columns.none()
                    .and("NAME", "guidance/name")
                    .and("MAKER", "guidance/maker")
                    .and("SUPPORTED UNTIL", "guidance/supportedUntil")
                    .and("SECURITY CONTACT", "guidance/securityContact")
                    .and("PAGE", "page");

    /** The options are those of {@link ProductCommand}, which this command inherits. */
    private final ServerOptions server;

    /** Below {@link ProductCommand}, with its options. */
    public GuidanceCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = {
                "Show the most of it, and the path of the page on the server. With -o json, the member guidance is",
                "what a file for product guidance set holds."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater product guidance show \"Smart fish tank\"",
                "  breakwater product guidance show \"Smart fish tank\" -o json"
            })
    void show(@Parameters(paramLabel = "PRODUCT", description = PRODUCT) String product) {
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            server.print(api.send(ApiRequest.get("products", id, "guidance")), COLUMNS);
            server.terminal().next("product", "guidance", "set", product, "FILE");
        }
    }

    @Command(
            description = {
                "Replace all that owners are told by what a JSON file states. What the file leaves out is not stated",
                "any more, and the page says so; {} takes all of it away."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater product guidance set \"Smart fish tank\" owners.json")
    void set(
            @Parameters(index = "0", paramLabel = "PRODUCT", description = PRODUCT) String product,
            @Parameters(index = "1", paramLabel = "FILE", description = "The guidance, in JSON.")
                    Path file) {
        JsonNode guidance = JsonFile.read(file, "guidance");
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            ApiAnswer before = api.send(ApiRequest.get("products", id, "guidance"));
            ApiRequest replace =
                    ApiRequest.put(guidance, "products", id, "guidance").onlyIf(before.etag());
            server.print(api.send(replace), COLUMNS);
            server.terminal().say("Set what owners of the product " + product + " are told.");
            server.terminal().next("product", "guidance", "show", product);
        }
    }
}
