/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.audit;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.store.DatabaseLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which database to judge, as the options name it: a data directory or a PostgreSQL server. */
final class AuditedDatabase {

    @ArgGroup(multiplicity = "1")
    private @Nullable Choice choice;

    /** Exactly one of the two. */
    static final class Choice {

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "The server's data directory, or a copy of it.")
        private @Nullable Path data;

        @ArgGroup(exclusive = false, multiplicity = "1")
        private @Nullable Postgres postgres;
    }

    /** A PostgreSQL database and who reads it. */
    static final class Postgres {

        @Option(
                names = "--database-url",
                required = true,
                paramLabel = "URL",
                description = "A PostgreSQL database, jdbc:postgresql://host/name.")
        private String url = "";

        @Option(
                names = "--database-user",
                required = true,
                paramLabel = "USER",
                description = "A user who may read it.")
        private String user = "";

        @Option(
                names = "--database-password-file",
                required = true,
                paramLabel = "FILE",
                description = "A file with that user's password.")
        private Path passwordFile = Path.of("");
    }

    DatabaseLocation location() {
        if (choice != null && choice.data != null) {
            return new DatabaseLocation.SqliteFile(
                    choice.data.resolve(ServerConfiguration.SQLITE_FILE));
        }
        if (choice != null && choice.postgres != null) {
            return postgres(choice.postgres);
        }
        throw new IllegalStateException("picocli requires one of the two");
    }

    private static DatabaseLocation postgres(Postgres options) {
        if (!options.url.startsWith("jdbc:postgresql:")) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--database-url must begin with jdbc:postgresql:");
        }
        try {
            String password = Files.readString(options.passwordFile).strip();
            return new DatabaseLocation.PostgresServer(options.url, options.user, password);
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "the password file " + options.passwordFile + " cannot be read: " + unreadable,
                    unreadable);
        } catch (IllegalArgumentException refused) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--database-url: " + refused.getMessage(), refused);
        }
    }
}
