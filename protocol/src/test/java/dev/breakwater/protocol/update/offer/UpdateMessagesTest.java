/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateMessagesTest {

    private static final UUID ROLLOUT = UUID.fromString("01937c6e-0000-7000-8000-00000000002a");
    private static final String ID = "\"rollout\":\"" + ROLLOUT + "\"";
    private static final String HASH = "0123456789abcdef".repeat(4);

    private static final UpdateOffer.Standing OFFER =
            new UpdateOffer.Standing(
                    ROLLOUT,
                    new ReleaseVersion("1.1"),
                    "1.1/tank.zip",
                    UpdateConsent.OWNER,
                    SignedStatement.of(new byte[] {'{', '}'}));

    private static final UpdateStatus.Running RUNNING =
            new UpdateStatus.Running(
                    Optional.of(HASH), new ReleaseVersion("1.1"), 2, "rev-a", true);

    private static String text(byte[] payload) {
        return new String(payload, UTF_8);
    }

    private static void refuses(String offer) {
        assertThatThrownBy(() -> UpdateOffer.parse(offer.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessage.class);
    }

    private static void refusesStatus(String status) {
        assertThatThrownBy(() -> UpdateStatus.parse(status.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void messagesHaveTheFormOfTheContract() {
        assertThat(text(OFFER.toJson()))
                .isEqualTo(
                        "{"
                                + ID
                                + ",\"version\":\"1.1\",\"path\":\"1.1/tank.zip\","
                                + "\"consent\":\"owner\",\"statement\":\"e30=\"}");
        assertThat(text(new UpdateOffer.Withdrawn(ROLLOUT).toJson()))
                .isEqualTo("{" + ID + ",\"withdrawn\":true}");
        assertThat(
                        text(
                                new UpdateStatus.Progress(
                                                ROLLOUT,
                                                UpdateStatus.Step.DOWNLOADING,
                                                OptionalInt.of(40),
                                                Optional.of("half"))
                                        .toJson()))
                .isEqualTo(
                        "{"
                                + ID
                                + ",\"state\":\"downloading\",\"percent\":40,\"reason\":\"half\"}");
        assertThat(text(RUNNING.toJson()))
                .isEqualTo(
                        "{\"state\":\"running\",\"sha256\":\""
                                + HASH
                                + "\",\"version\":\"1.1\",\"counter\":2,\"hardware\":\"rev-a\","
                                + "\"healthy\":true}");
    }

    @ParameterizedTest
    @EnumSource
    void offersAreReadAsTheyWereWritten(UpdateConsent consent) throws Exception {
        UpdateOffer.Standing offer =
                new UpdateOffer.Standing(
                        ROLLOUT, OFFER.version(), OFFER.path(), consent, OFFER.statement());
        assertThat(UpdateOffer.parse(offer.toJson())).isEqualTo(offer);
        UpdateOffer withdrawn = new UpdateOffer.Withdrawn(ROLLOUT);
        assertThat(UpdateOffer.parse(withdrawn.toJson())).isEqualTo(withdrawn);
    }

    @Test
    void theLongestOfferFitsItsBound() throws Exception {
        UpdateOffer offer =
                new UpdateOffer.Standing(
                        ROLLOUT,
                        new ReleaseVersion("1.0.0-" + "a".repeat(58)),
                        "p".repeat(UpdateOffer.PATH_CHARACTERS_MAX),
                        UpdateConsent.AUTOMATIC,
                        SignedStatement.of(new byte[UpdateOffer.STATEMENT_BYTES_MAX]));
        assertThat(UpdateOffer.parse(offer.toJson())).isEqualTo(offer);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SignedStatement.of(new byte[UpdateOffer.STATEMENT_BYTES_MAX + 1]));
        assertThatIllegalArgumentException().isThrownBy(() -> SignedStatement.of(new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/", "a//b", "/a", "a/", ".", "..", "a/../b", "../a", "a/.", "a\\b", "a b",
                "a\nb", "a%2e", "ä", "a?b", "a#b"
            })
    void anOfferRefusesAPathThatLeadsElsewhere(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new UpdateOffer.Standing(
                                        ROLLOUT,
                                        OFFER.version(),
                                        path,
                                        OFFER.consent(),
                                        OFFER.statement()));
    }

    @Test
    void anOfferMayHaveDotsInNames() {
        assertThat(
                        new UpdateOffer.Standing(
                                        ROLLOUT,
                                        OFFER.version(),
                                        "1.1/..tank.zip",
                                        OFFER.consent(),
                                        OFFER.statement())
                                .path())
                .isEqualTo("1.1/..tank.zip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{}",
                "{ID}",
                "{ID,\"withdrawn\":false}",
                "{ID,\"withdrawn\":1}",
                "{ID,\"withdrawn\":true,\"version\":\"1.1\"}",
                "{\"withdrawn\":true}",
                "{\"rollout\":\"1\",\"withdrawn\":true}",
                "{\"rollout\":\"01937C6E-0000-7000-8000-00000000002A\",\"withdrawn\":true}",
                "{ID,ID,\"withdrawn\":true}",
                "{ID,\"withdrawn\":true}{}"
            })
    void refusesAnOfferThatIsMalformed(String offer) {
        refuses(offer.replace("ID", ID));
    }

    @Test
    void refusesAnOfferWithWrongMembers() {
        String good = text(OFFER.toJson());
        refuses(good.replace("\"owner\"", "\"Owner\""));
        refuses(good.replace("\"owner\"", "\"nobody\""));
        refuses(good.replace("\"owner\"", "null"));
        refuses(good.replace("\"1.1\"", "\"one\""));
        refuses(good.replace("\"1.1\"", "1.1"));
        refuses(good.replace("1.1/tank.zip", "../tank.zip"));
        refuses(good.replace("e30=", ""));
        refuses(good.replace("e30=", "e30"));
        refuses(good.replace("e30=", "e31="));
        refuses(good.replace("e30=", "e3_="));
        refuses(good.replace("{", "{\"force\":true,"));
        refuses(good.replace(",\"consent\":\"owner\"", ""));
        refuses(good + " ".repeat(UpdateOffer.BYTES_MAX));
    }

    @ParameterizedTest
    @EnumSource
    void progressIsReadAsItWasWritten(UpdateStatus.Step step) throws Exception {
        UpdateStatus bare = UpdateStatus.Progress.of(ROLLOUT, step);
        assertThat(UpdateStatus.parse(bare.toJson())).isEqualTo(bare);
        UpdateStatus full =
                new UpdateStatus.Progress(
                        ROLLOUT, step, OptionalInt.of(100), Optional.of("é".repeat(256)));
        assertThat(UpdateStatus.parse(full.toJson())).isEqualTo(full);
    }

    @Test
    void whatRunsIsReadAsItWasWritten() throws Exception {
        assertThat(UpdateStatus.parse(RUNNING.toJson())).isEqualTo(RUNNING);
        UpdateStatus factory =
                new UpdateStatus.Running(
                        Optional.empty(), new ReleaseVersion("1.0"), 0, "rev-a", false);
        assertThat(UpdateStatus.parse(factory.toJson())).isEqualTo(factory);
        assertThat(text(factory.toJson())).doesNotContain("sha256");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ID}",
                "{ID,\"state\":\"done\"}",
                "{ID,\"state\":\"Failed\"}",
                "{ID,\"state\":7}",
                "{\"state\":\"failed\"}",
                "{ID,\"state\":\"failed\",\"percent\":101}",
                "{ID,\"state\":\"failed\",\"percent\":-1}",
                "{ID,\"state\":\"failed\",\"percent\":1.5}",
                "{ID,\"state\":\"failed\",\"percent\":\"1\"}",
                "{ID,\"state\":\"failed\",\"percent\":99999999999999999999}",
                "{ID,\"state\":\"failed\",\"reason\":\"\"}",
                "{ID,\"state\":\"failed\",\"reason\":\"a\\u001b[2Jb\"}",
                "{ID,\"state\":\"failed\",\"reason\":\"a\\u202eb\"}",
                "{ID,\"state\":\"failed\",\"healthy\":true}",
                "{ID,\"state\":\"failed\",\"state\":\"failed\"}"
            })
    void refusesProgressThatIsMalformed(String status) {
        refusesStatus(status.replace("ID", ID));
    }

    @Test
    void refusesReasonsThatAreTooLong() {
        refusesStatus("{" + ID + ",\"state\":\"failed\",\"reason\":\"" + "r".repeat(257) + "\"}");
    }

    @Test
    void reasonsAreMadePresentable() throws Exception {
        UpdateStatus.Progress told =
                UpdateStatus.Progress.because(
                        ROLLOUT, UpdateStatus.Step.FAILED, "a\nb\u001b" + "c".repeat(300));
        assertThat(told.reason().orElseThrow()).startsWith("a?b?c").hasSize(256);
        assertThat(UpdateStatus.parse(told.toJson())).isEqualTo(told);
        assertThat(UpdateStatus.Progress.because(ROLLOUT, UpdateStatus.Step.FAILED, "").reason())
                .isEmpty();
        String pairCut = "x".repeat(255) + "\ud83d\udc1f";
        assertThat(
                        UpdateStatus.Progress.because(ROLLOUT, UpdateStatus.Step.FAILED, pairCut)
                                .reason())
                .contains("x".repeat(255) + "?");
    }

    @Test
    void refusesWrongMembersOfWhatRuns() {
        String good = text(RUNNING.toJson());
        refusesStatus(good.replace(HASH, HASH.toUpperCase(java.util.Locale.ROOT)));
        refusesStatus(good.replace(HASH, HASH.substring(1)));
        refusesStatus(good.replace("\"counter\":2", "\"counter\":-1"));
        refusesStatus(good.replace("\"counter\":2", "\"counter\":9007199254740992"));
        refusesStatus(good.replace("\"counter\":2", "\"counter\":2.0"));
        refusesStatus(good.replace("rev-a", "rev a"));
        refusesStatus(good.replace("rev-a", "r".repeat(65)));
        refusesStatus(good.replace("true", "\"true\""));
        refusesStatus(good.replace("true", "1"));
        refusesStatus(good.replace(",\"healthy\":true", ""));
        refusesStatus(good.replace("{", "{" + ID + ","));
    }
}
