/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A device as the API shows it.
 *
 * @param tags what operators call it by; absent for whoever knows it as its owner only
 */
record DeviceView(
        String id,
        String product,
        String serial,
        String status,
        Optional<String> statusReason,
        Optional<List<String>> tags,
        boolean connected,
        Instant createdAt,
        Optional<Instant> lastConnectedAt,
        long version) {}
