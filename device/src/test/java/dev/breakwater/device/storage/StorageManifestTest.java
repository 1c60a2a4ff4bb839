/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageManifestTest {

    private static final String AGENTS =
            """
            {"name": "clock-floor", "purpose": "p", "sensitivity": "operational"},
            {"name": "credentials", "purpose": "p", "sensitivity": "operational"},
            {"name": "key-*", "purpose": "p", "sensitivity": "secret"},
            {"name": "server-trust", "purpose": "p", "sensitivity": "operational"}""";

    @Test
    void readsWhatAProductDeclares() throws Exception {
        StorageManifest manifest =
                parse(
                        document(
                                """
                                {"name": "feedings", "purpose": "When the fish were fed",
                                 "sensitivity": "personal", "retention": "P2D"}"""));
        assertThat(manifest.product()).isEqualTo("tank");
        assertThat(manifest.items()).hasSize(5);
        assertThat(manifest.declaring("feedings").orElseThrow())
                .isEqualTo(
                        new StorageItem(
                                "feedings",
                                "When the fish were fed",
                                Sensitivity.PERSONAL,
                                Optional.of(Duration.ofDays(2))));
        assertThat(manifest.declaring("key-0123").orElseThrow().sensitivity())
                .isEqualTo(Sensitivity.SECRET);
        assertThat(manifest.declaring("key-")).isEmpty();
        assertThat(manifest.declaring("feeding")).isEmpty();
        assertThat(manifest.vouchedFor()).isEqualTo("unsigned");
    }

    @Test
    void hasOneFormWhateverTheOrderAndTheBlanks() throws Exception {
        List<StorageItem> items = new ArrayList<>(StorageManifest.agentItems());
        StorageManifest one = StorageManifest.of("tank", items, ManifestWarrant.UNSIGNED);
        Collections.reverse(items);
        StorageManifest other = StorageManifest.of("tank", items, ManifestWarrant.UNSIGNED);
        assertThat(other.canonical()).isEqualTo(one.canonical());
        assertThat(other.hash()).isEqualTo(one.hash()).matches("[0-9a-f]{64}");
        StorageManifest again = StorageManifest.parse(one.canonical(), ManifestWarrant.UNSIGNED);
        assertThat(again.canonical()).isEqualTo(one.canonical());
        assertThat(new String(one.canonical(), UTF_8))
                .startsWith("{\"manifest\":1,\"product\":\"tank\",\"items\":[{\"name\":\"clock-")
                .doesNotContain(" :")
                .doesNotContain("\n");
        assertThat(StorageManifest.ofAgent().hash()).isNotEqualTo(one.hash());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"name": "a", "sensitivity": "secret"}|purpose must be there
                    {"name": "a", "purpose": "", "sensitivity": "secret"}|the purpose of a is 1 to 200
                    {"name": "a", "purpose": "p", "sensitivity": "high"}|secret, personal or operational, not high
                    {"name": "A", "purpose": "p", "sensitivity": "secret"}|a-z 0-9 -
                    {"name": "*", "purpose": "p", "sensitivity": "secret"}|a-z 0-9 -
                    {"name": "a*b", "purpose": "p", "sensitivity": "secret"}|a-z 0-9 -
                    {"name": "a", "purpose": "p", "sensitivity": "secret", "retention": "2 days"}|such as P30D
                    {"name": "a", "purpose": "p", "sensitivity": "secret", "retention": "PT59M"}|the retention of a
                    {"name": "a", "purpose": "p", "sensitivity": "secret", "retention": "P3651D"}|the retention of a
                    {"name": "a", "purpose": "p", "sensitivity": "secret", "retention": "-P1D"}|the retention of a
                    {"name": "a", "purpose": "p", "sensitivity": "secret", "why": "x"}|why is not a member
                    {"name": "a", "name": "b", "purpose": "p", "sensitivity": "secret"}|each member once
                    {"name": "key-1", "purpose": "p", "sensitivity": "secret"}|declare the same
                    {"name": "k*", "purpose": "p", "sensitivity": "secret"}|declare the same
                    {"name": "credentials", "purpose": "p", "sensitivity": "secret"}|declare the same
                    "a"|an item of a storage manifest is an object
                    """)
    void refusesItem(String item, String reason) {
        assertThatThrownBy(() -> parse(document(item)))
                .isInstanceOf(MalformedManifest.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    []|is a JSON object
                    {}|says "manifest": 1
                    {"manifest": 2, "product": "tank", "items": []}|says "manifest": 1
                    {"manifest": 1, "product": "tank", "items": {}}|has items, an array
                    {"manifest": 1, "product": "Tank", "items": []}|a product is
                    {"manifest": 1, "product": "tank", "items": [], "x": 1}|x is not a member
                    {"manifest": 1, "product": "tank", "items": []}|does not declare clock-floor
                    {"manifest": 1, "product": "tank", "items": []} {}|is JSON
                    {"manifest": 1, "product": "tank", "items": [[[[[]]]]]}|is JSON
                    """)
    void refusesDocument(String document, String reason) {
        assertThatThrownBy(() -> parse(document))
                .isInstanceOf(MalformedManifest.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesWhatIsTooLongOrTooMuch() {
        assertThatThrownBy(() -> parse(" ".repeat(StorageManifest.BYTES_MAX) + "{}"))
                .hasMessageContaining("at most 16384 bytes");
        List<StorageItem> items = new ArrayList<>(StorageManifest.agentItems());
        for (int more = 0; more <= StorageManifest.ITEMS_MAX; more++) {
            items.add(new StorageItem("item" + more + "x", "p", Sensitivity.SECRET));
        }
        assertThatThrownBy(() -> StorageManifest.of("tank", items, ManifestWarrant.UNSIGNED))
                .hasMessageContaining("at most 64 items");
    }

    @Test
    void refusesWhatNobodyVouchesForWhereSomebodyShould() {
        ManifestWarrant wanting =
                _ -> {
                    throw new MalformedManifest("nobody signed this manifest");
                };
        assertThatThrownBy(() -> StorageManifest.parse(document("").getBytes(UTF_8), wanting))
                .hasMessage("nobody signed this manifest");
    }

    private static String document(String item) {
        return "{\"manifest\": 1, \"product\": \"tank\", \"items\": [%s%s]}"
                .formatted(AGENTS, item.isEmpty() ? "" : "," + item);
    }

    private static StorageManifest parse(String document) throws MalformedManifest {
        return StorageManifest.parse(document.getBytes(UTF_8), ManifestWarrant.UNSIGNED);
    }
}
