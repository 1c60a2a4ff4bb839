/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.ServerOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose repository it is, and by which root it is believed. */
final class RepositoryOptions {

    private final ServerOptions server;
    private final Path trust;

    @Option(
            names = "--product",
            paramLabel = "PRODUCT",
            required = true,
            description = "The product's id or its name.")
    private String product = "";

    @Option(
            names = "--root",
            paramLabel = "FILE",
            description =
                    "The root.json that keys init wrote, where this machine does not know the repository"
                            + " yet. Get it from a colleague, not from the server.")
    private @Nullable Path root;

    /**
     * Options of a command.
     *
     * @param trust the directory in which this machine keeps what it knows of repositories
     */
    RepositoryOptions(ServerOptions server, Path trust) {
        this.server = server;
        this.trust = trust;
    }

    String product() {
        return product;
    }

    ProductRepository open(ApiClient api) {
        String id = Names.productId(api, product);
        return new ProductRepository(
                api,
                id,
                trust.resolve(id),
                Optional.ofNullable(root),
                server.terminal(),
                Clock.systemUTC());
    }
}
