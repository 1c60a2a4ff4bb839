/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.quota.Quota;
import dev.breakwater.server.quota.QuotaProfile;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The columns of {@code product} that state quotas; null states nothing. */
final class QuotaColumns {

    /** All of them, to be selected beside other tables' columns. */
    static final String SELECTED =
            "product.quota_publishes_per_second, product.quota_bytes_per_second,"
                    + " product.quota_connects_per_second, product.quota_payload_bytes,"
                    + " product.quota_subscriptions, product.quota_inflight";

    /** All of them, to be set in the order of {@link Quota}. */
    static final String SET =
            "quota_publishes_per_second = ?, quota_bytes_per_second = ?,"
                    + " quota_connects_per_second = ?, quota_payload_bytes = ?,"
                    + " quota_subscriptions = ?, quota_inflight = ?";

    private QuotaColumns() {}

    static QuotaProfile read(Row row) throws SQLException {
        Map<Quota, Integer> stated = new EnumMap<>(Quota.class);
        for (Quota quota : Quota.values()) {
            Optional<Integer> value =
                    row.optionalInteger("quota_" + quota.code().replace('-', '_'));
            value.ifPresent(number -> stated.put(quota, number));
        }
        return stated.isEmpty() ? QuotaProfile.UNSTATED : new QuotaProfile(stated);
    }
}
