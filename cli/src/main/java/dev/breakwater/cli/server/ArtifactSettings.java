/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.server.artifact.S3Place;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The table [artifacts]: the S3-compatible store that releases' bytes are kept in. Left out, they
 * are in the data directory.
 */
final class ArtifactSettings {

    private static final String REGION = "us-east-1";

    private final Settings settings;

    ArtifactSettings(Settings settings) {
        this.settings = settings;
    }

    /** Where artifacts are kept, in words for the operator; none for the data directory. */
    static Optional<String> bucket(Settings settings) {
        return settings.text("s3-bucket")
                .map(bucket -> settings.text("s3-endpoint").orElse("s3:") + "/" + bucket);
    }

    /**
     * Reads it.
     *
     * @param secretIn reads the secret in a file, for a key
     */
    Optional<S3Place> read(BiFunction<String, Path, Optional<SecretText>> secretIn) {
        Optional<String> endpoint = settings.text("s3-endpoint");
        Optional<String> bucket = settings.text("s3-bucket");
        Optional<String> region = settings.text("s3-region");
        Optional<String> keyId = settings.text("s3-access-key-id");
        Optional<Path> secretFile = settings.path("s3-secret-access-key-file");
        boolean said = settings.isThere();
        settings.reportUnknown();
        if (!said) {
            return Optional.empty();
        }
        if (endpoint.isEmpty() || bucket.isEmpty() || keyId.isEmpty() || secretFile.isEmpty()) {
            settings.problem(
                    "s3-endpoint",
                    "and artifacts.s3-bucket, s3-access-key-id and s3-secret-access-key-file are needed; without the table artifacts are in the data directory");
            return Optional.empty();
        }
        Optional<SecretText> secret = secretIn.apply("s3-secret-access-key-file", secretFile.get());
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new S3Place(
                            URI.create(endpoint.get()),
                            bucket.get(),
                            region.orElse(REGION),
                            keyId.get(),
                            secret.get()));
        } catch (IllegalArgumentException refused) {
            settings.problem("s3-endpoint", "cannot be used: " + refused.getMessage());
            return Optional.empty();
        }
    }
}
