/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.ServerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code breakwater rollout propose}: a release is to come to devices. */
@Command(
        name = "propose",
        description = {
            "Bring a published release to devices, a wave at a time. It begins at once, or when somebody else",
            "approves it where the product asks for two persons. When too many fail it pauses by itself."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater rollout propose \"Smart fish tank\" 1.1 --all",
            "  breakwater rollout propose \"Smart fish tank\" 1.1 --tag beta --any-tag site=berlin,site=kiel",
            "  breakwater rollout propose \"Smart fish tank\" 1.1 --versions 1.0 --wave 10:1h --wave 100%%"
        })
final class ProposeCommand implements Runnable {

    private final ServerOptions server;

    @Parameters(index = "0", paramLabel = "PRODUCT", description = "Its id or its name.")
    private String product = "";

    @Parameters(index = "1", paramLabel = "RELEASE", description = "Its id or its version.")
    private String release = "";

    @Mixin private PlanOptions plan = new PlanOptions();

    ProposeCommand(ServerOptions server) {
        this.server = server;
    }

    @Override
    public void run() {
        try (ApiClient api = server.connect()) {
            String productId = Names.productId(api, product);
            String releaseId = NamedRelease.id(api, productId, product, release);
            ApiAnswer proposed =
                    api.send(
                            ApiRequest.create(
                                    plan.body(releaseId), "products", productId, "rollouts"));
            server.print(proposed, RolloutCommand.LISTED);
            String id = proposed.json().path("id").asString("");
            server.terminal().say(new RolloutView(proposed.json()).standing() + ".");
            server.terminal().next("rollout", "watch", id);
        }
    }
}
