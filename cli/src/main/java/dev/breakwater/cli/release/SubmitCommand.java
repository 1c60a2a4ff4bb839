/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.protocol.update.metadata.TopRole;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code breakwater release submit}: hands in what several people have signed. */
@Command(
        name = "submit",
        description = {
            "Hand in signed files, roots first, and the last root together with the targets that go with it: either both",
            "are in force, or neither. The server takes a file that follows from the one before and is signed by enough",
            "keys; keys sign adds signatures.",
        },
        footerHeading = "%nExample:%n",
        footer = "  breakwater release submit 2.root.json 5.targets.json --product tank")
final class SubmitCommand implements Runnable {

    private final ServerOptions server;

    @Mixin private final RepositoryOptions options;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Roots and files of targets.")
    private List<Path> files = List.of();

    SubmitCommand(ServerOptions server, Path trust) {
        this.server = server;
        this.options = new RepositoryOptions(server, trust);
    }

    @Override
    public void run() {
        List<Signed> signed =
                files.stream()
                        .map(Signed::in)
                        .sorted(
                                Comparator.comparing((Signed file) -> file.type() != TopRole.ROOT)
                                        .thenComparingLong(file -> file.content().version()))
                        .toList();
        try (ApiClient api = server.connect()) {
            ProductRepository repository = options.open(api);
            repository.put(
                    signed,
                    (step, now) -> {
                        server.print(now, ReleaseCommand.REPOSITORY);
                        server.terminal().say(HandingIn.taken(step));
                    });
            server.terminal().next("release", "list", "--product", options.product());
        }
    }
}
