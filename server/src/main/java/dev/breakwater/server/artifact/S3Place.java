/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import dev.breakwater.protocol.sealing.SecretText;
import java.net.URI;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where an S3-compatible store is, and as whom we come.
 *
 * @param endpoint such as {@code https://s3.eu-central-1.amazonaws.com}; without TLS only on this
 *     machine
 * @param region as the store names it; {@code us-east-1} where it has none
 * @param accessKeyId the name of the key
 * @param secretAccessKey the key; never shown
 */
public record S3Place(
        URI endpoint,
        String bucket,
        String region,
        String accessKeyId,
        SecretText secretAccessKey) {

    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,64}");
    private static final Set<String> HERE = Set.of("127.0.0.1", "[::1]");

    /**
     * Checks the forms.
     *
     * @throws IllegalArgumentException with a sentence that names what is wrong, and no secret
     */
    public S3Place {
        boolean secure =
                "https".equals(endpoint.getScheme())
                        || ("http".equals(endpoint.getScheme())
                                && endpoint.getHost() != null
                                && HERE.contains(endpoint.getHost()));
        if (!secure || endpoint.getHost() == null) {
            throw new IllegalArgumentException(
                    "the endpoint of a store of artifacts is an https URL; http is for 127.0.0.1 alone");
        }
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException(
                    "a bucket's name has 3 to 63 small letters, digits, dots and hyphens");
        }
        if (!REGION.matcher(region).matches()) {
            throw new IllegalArgumentException("a region has small letters, digits and hyphens");
        }
        if (accessKeyId.isBlank() || secretAccessKey.length() == 0) {
            throw new IllegalArgumentException("the store's access key is empty");
        }
    }

    @Override
    public String toString() {
        return endpoint + "/" + bucket;
    }
}
