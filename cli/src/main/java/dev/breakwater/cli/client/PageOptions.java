/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which part of a long listing is wanted. */
public final class PageOptions {

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            description = "At most this many rows; the server has a limit of its own.")
    private @Nullable Integer limit;

    @Option(
            names = "--cursor",
            paramLabel = "CURSOR",
            description = "Go on where the listing before ended.")
    private @Nullable String cursor;

    /** The request for that part. */
    public ApiRequest of(ApiRequest listing) {
        return listing.with("limit", Optional.ofNullable(limit))
                .with("cursor", Optional.ofNullable(cursor));
    }
}
