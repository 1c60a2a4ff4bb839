/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.ownership.DeviceOwner;
import dev.breakwater.server.ownership.DisposalStore;
import dev.breakwater.server.store.SqlDisposalStore;
import dev.breakwater.server.store.SqlOwnerStore;
import dev.breakwater.testkit.pki.TestKeys;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a crash between the steps of set-up and disposal leaves, and how it goes on. */
final class TicketCrashTest {

    private static final String TANK = "tank-1";

    @TempDir Path directory;
    private EnrollmentWorld world;
    private SetupScene scene;
    private final KeyPair setupKey = TestKeys.p256();
    private final KeyPair key = TestKeys.p256();
    private MemberId member;

    @BeforeEach
    void open() throws Exception {
        world = new EnrollmentWorld(directory);
        scene = new SetupScene(world);
        scene.label(TANK, setupKey);
        member = scene.member();
    }

    @AfterEach
    void close() {
        scene.close();
        world.close();
    }

    @ParameterizedTest
    @EnumSource(FallibleLedger.Step.class)
    void goesOnWithTheSameTicketAndMakesOneDeviceOfOneOwner(FallibleLedger.Step step)
            throws Exception {
        String ticket = ticket();
        world.ledger.failOnceAt(step);
        assertThat(setUp(ticket)).isEqualTo(503);
        assertThat(setUp(ticket)).isEqualTo(200);
        assertThat(owners(device())).containsExactly(member);
        assertThat(world.credentials.ofDevice(world.organization, device().id())).hasSize(1);
        assertThat(world.ledger.recorded()).isEqualTo(1);
    }

    /** The key belongs to the id that was chosen with the first ticket. */
    @Test
    void goesOnWithAFurtherTicketWhenTheFirstHasExpired() throws Exception {
        world.ledger.failOnceAt(FallibleLedger.Step.AFTER_RESERVING);
        assertThat(setUp(ticket())).isEqualTo(503);
        world.clock.advance(Duration.ofHours(3));
        assertThat(setUp(ticket())).isEqualTo(200);
        assertThat(owners(device())).containsExactly(member);
    }

    @Test
    void endsAtTheNextStartWhatWasBeingGivenAway() throws Exception {
        assertThat(setUp(ticket())).isEqualTo(200);
        Device device = device();
        DisposalStore store = new SqlDisposalStore(world.database, world.audit, world.clock);
        assertThat(store.begin(world.organization, device.id(), member, world.clock.instant()))
                .isInstanceOf(DisposalStore.Begun.Noted.class);
        assertThat(device().status()).isEqualTo(DeviceStatus.ACTIVE);
        world.disposals.resume();
        assertThat(device().status()).isEqualTo(DeviceStatus.REVOKED);
        assertThat(owners(device)).isEmpty();
        assertThat(store.unfinished(10)).isEmpty();
    }

    private String ticket() {
        return scene.ticket(member, TANK, setupKey).text().reveal();
    }

    private int setUp(String ticket) throws Exception {
        return scene.setUp(TANK, ticket, setupKey, key).status();
    }

    private Device device() {
        return world.devices.device(world.organization, new DeviceSerial(TANK)).orElseThrow();
    }

    private List<MemberId> owners(Device device) {
        return new SqlOwnerStore(world.database, world.audit)
                .owners(world.organization, device.id(), 10).stream()
                        .map(DeviceOwner::member)
                        .toList();
    }
}
