/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.TestClock;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A provider that tests may spoil, and this server's view of it. */
abstract class ProviderScene {

    static final Limits LIMITS = Limits.with(Map.of(Limit.OIDC_PROVIDER_BYTES, 16_384));

    final TestClock clock = TestClock.atPresent();

    LittleIssuer issuer;

    Provider provider;

    Flows flows;

    @BeforeEach
    void start() {
        issuer = LittleIssuer.start();
        provider = new Provider(issuer.settings(), LIMITS, clock);
        flows = new Flows(LIMITS, clock);
    }

    @AfterEach
    void stop() {
        provider.close();
        issuer.close();
    }

    Flows.Flow flow() {
        return flows.begin(new Flows.Purpose.LogIn(Optional.empty())).flow();
    }

    IdTokenCheck.ProvenIdentity redeem(Flows.Flow flow) throws OidcRefused {
        String url = provider.authorization(flow).toString();
        Map<String, String> back = LittleIssuer.form(issuer.visit(url, "pat-7").substring(1));
        return provider.redeem(back.getOrDefault("code", ""), flow);
    }

    static void refused(RefusalReason reason, String why, ThrowingCallable call) {
        assertThatExceptionOfType(OidcRefused.class)
                .isThrownBy(call)
                .withMessageContaining(why)
                .satisfies(refused -> assertThat(refused.reason()).isEqualTo(reason));
    }
}
