/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.ServerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code breakwater rollout preview}: whom a rollout would reach. */
@Command(
        name = "preview",
        description = {
            "Say how many devices a rollout would reach and which, wave by wave, and why the others would not",
            "get it. Changes nothing."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater rollout preview \"Smart fish tank\" 1.1 --all",
            "  breakwater rollout preview \"Smart fish tank\" 1.1 --tag beta --percent 10%%"
        })
final class PreviewCommand implements Runnable {

    private final ServerOptions server;

    @Parameters(index = "0", paramLabel = "PRODUCT", description = "Its id or its name.")
    private String product = "";

    @Parameters(index = "1", paramLabel = "RELEASE", description = "Its id or its version.")
    private String release = "";

    @Mixin private PlanOptions plan = new PlanOptions();

    PreviewCommand(ServerOptions server) {
        this.server = server;
    }

    @Override
    public void run() {
        try (ApiClient api = server.connect()) {
            String productId = Names.productId(api, product);
            String releaseId = NamedRelease.id(api, productId, product, release);
            server.print(
                    api.send(
                            ApiRequest.post(
                                    plan.body(releaseId),
                                    "products",
                                    productId,
                                    "rollout-previews")),
                    preview -> PreviewText.tell(preview, server.terminal()));
            server.terminal().next("rollout", "propose", product, release);
        }
    }
}
