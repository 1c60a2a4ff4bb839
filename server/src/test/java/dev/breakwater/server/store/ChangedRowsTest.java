/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.TokenId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangedRowsTest {

    private final Changes changes = new Changes();
    private final ChangedRows rows = new ChangedRows();
    private final DeviceId device = DeviceId.fresh();
    private final TokenId token = TokenId.fresh();
    private long since;

    @BeforeEach
    void settle() {
        changes.settle();
        since = changes.current();
    }

    @Test
    void namesTheRowThatAStatementChangesByKey() {
        rows.note("UPDATE device SET status = ? WHERE device_id = ?", "REVOKED", device);
        rows.tell(changes);
        assertThat(changes.stand(since, List.of(device))).isFalse();
        assertThat(changes.stand(since, List.of(DeviceId.fresh(), token))).isTrue();
        assertThat(changes.stand(changes.current(), List.of(device))).isTrue();
    }

    @Test
    void namesEachRowOfAGroupThatAStatementChangesByKey() {
        DeviceId second = DeviceId.fresh();
        rows.note(
                "UPDATE device SET version = version + 1 WHERE device_id IN (?, ?, ?)",
                device,
                second,
                "");
        rows.tell(changes);
        assertThat(changes.stand(since, List.of(device))).isFalse();
        assertThat(changes.stand(since, List.of(second))).isFalse();
        assertThat(changes.stand(since, List.of(DeviceId.fresh()))).isTrue();
    }

    @Test
    void takesTheKeyOfTheTableForTheRowAndNoOtherId() {
        OrganizationId organization = OrganizationId.fresh();
        rows.note(
                "UPDATE api_token SET revoked_us = ? WHERE organization_id = ? AND token_id = ?",
                1L,
                organization,
                token);
        rows.tell(changes);
        assertThat(changes.stand(since, List.of(token))).isFalse();
        assertThat(changes.stand(since, List.of(organization))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE device SET status = ? WHERE product_id = ?",
                "UPDATE device SET status = ?",
                "DELETE FROM device WHERE organization_id = ?",
                "UPDATE organization SET enabled = ?",
                "INSERT INTO api_token (token_id) VALUES (?) ON CONFLICT (token_id) DO UPDATE SET x = 1"
            })
    void countsAsAChangeOfAllWhatDoesNotNameItsRows(String sql) {
        rows.note(sql, device);
        rows.tell(changes);
        assertThat(changes.stand(since, List.of(token))).isFalse();
    }

    @Test
    void countsAsAChangeOfAllAKeyThatIsBoundAsText() {
        rows.note("UPDATE device SET status = ? WHERE device_id = ?", "ACTIVE", device.toString());
        rows.tell(changes);
        assertThat(changes.stand(since, List.of(device))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE device_token SET status = ? WHERE device_id = ?",
                "INSERT INTO device (device_id) VALUES (?)",
                "DELETE FROM mqtt_session WHERE device_id = ?"
            })
    void letsEverythingStandThatIsNoChangeOfARowThatWasThere(String sql) {
        rows.note(sql, device);
        rows.tell(changes);
        assertThat(changes.stand(since, List.of(device))).isTrue();
    }

    @Test
    void forgetsWhatATransactionBeforeHasChanged() {
        rows.note("UPDATE device SET status = ? WHERE device_id = ?", "REVOKED", device);
        rows.note("UPDATE device SET status = ?", "REVOKED");
        rows.clear();
        rows.tell(changes);
        assertThat(changes.stand(since, List.of(device))).isTrue();
    }
}
