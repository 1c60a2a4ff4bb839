/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.firewall;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.JsonFile;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code breakwater firewall}: what a product's devices may send, and from where. */
@Command(
        name = "firewall",
        description = "Show and set the rules for what a product's devices may send.")
public final class FirewallCommand {

    private static final Columns COUNTS =
            Columns.none()
                    .and("RULE", "rule")
                    .and("MODE", "mode")
                    .and("HITS", "hits")
                    .and("LAST", "lastAt")
                    .and("OF", "lastSubject")
                    .and("WHY", "lastEvidence");

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public FirewallCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = {
                "Show the rules of a product and what each has refused, or would have refused while it only",
                "observes. With -o json, the member rules is what a file for firewall set holds."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater firewall show \"Smart fish tank\"",
                "  breakwater firewall show \"Smart fish tank\" -o json"
            })
    void show(
            @Parameters(paramLabel = "PRODUCT", description = "Its id or its name.")
                    String product) {
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            print(api.send(ApiRequest.get("products", id, "firewall")));
            server.terminal().next("firewall", "set", product, "FILE");
        }
    }

    @Command(
            description = {
                "Replace the rules of a product by those in a JSON file; {} takes all of them away. They count for",
                "each device's next message and next connection."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater firewall set \"Smart fish tank\" rules.json")
    void set(
            @Parameters(index = "0", paramLabel = "PRODUCT", description = "Its id or its name.")
                    String product,
            @Parameters(index = "1", paramLabel = "FILE", description = "The rules, in JSON.")
                    Path file) {
        JsonNode rules = JsonFile.read(file, "rules");
        try (ApiClient api = server.connect()) {
            String id = Names.productId(api, product);
            ApiAnswer before = api.send(ApiRequest.get("products", id, "firewall"));
            print(
                    api.send(
                            ApiRequest.put(rules, "products", id, "firewall")
                                    .onlyIf(before.etag())));
            server.terminal().say("Set the firewall rules of the product " + product + ".");
            server.terminal().next("finding", "list");
        }
    }

    private void print(ApiAnswer answer) {
        server.print(answer, json -> COUNTS.printRows(json.path("counts"), server.terminal()));
    }
}
