/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The session of a profile, renewed when it must be. A refresh token is good for one use, and a
 * second use ends the session, because it looks like theft; so whoever renews holds the profile,
 * looks whether another command was faster, and has the next token on disk before anybody uses it.
 *
 * <p>A crash between the server's exchange and the disk loses the session: log in again.
 */
final class KeptSession implements Credential {

    private final ProfileFile file;
    private final Clock clock;
    private Session session;

    KeptSession(ProfileFile file, Session session, Clock clock) {
        this.file = file;
        this.session = session;
        this.clock = clock;
    }

    @Override
    public synchronized Optional<String> token() {
        return session.isFresh(clock.instant())
                ? Optional.of(session.accessToken())
                : tokenInsteadOf(session.accessToken());
    }

    /** The server's clock decides, and a server that was restarted knows no earlier token. */
    @Override
    public synchronized Optional<String> tokenInsteadOf(String refused) {
        try (ProfileChange change = file.change()) {
            Profile profile = change.before().orElseThrow(this::loggedOut);
            Session kept = profile.session().orElseThrow(this::loggedOut);
            boolean anotherWasFaster =
                    !kept.accessToken().equals(refused) && kept.isFresh(clock.instant());
            if (!anotherWasFaster) {
                kept = next(profile, kept);
                change.store(profile.with(kept));
            }
            session = kept;
            return Optional.of(kept.accessToken());
        } catch (IOException notKept) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "the session was renewed and the profile "
                            + file.path()
                            + " cannot be written ("
                            + notKept
                            + "); log in again with breakwater login "
                            + session.email(),
                    notKept);
        }
    }

    private static Session next(Profile profile, Session kept) {
        ObjectNode shown =
                JsonNodeFactory.instance.objectNode().put("refreshToken", kept.refreshToken());
        try (ApiClient anonymous = ApiClient.withoutToken(profile.server(), profile.root())) {
            return anonymous
                    .sendUnless(ApiRequest.post(shown, "sessions", "refresh"), "session-over")
                    .map(answer -> Session.of(answer.json()))
                    .orElseThrow(() -> over(kept));
        }
    }

    /** Nothing else is tried: whoever logged in does not expect to act as the profile's token. */
    private static CommandFailed over(Session ended) {
        return new CommandFailed(
                ExitCode.REFUSED,
                "the session of "
                        + ended.email()
                        + " is over; log in again with breakwater login "
                        + ended.email());
    }

    private CommandFailed loggedOut() {
        return new CommandFailed(
                ExitCode.REFUSED,
                session.email()
                        + " was logged out meanwhile; log in again with breakwater login "
                        + session.email());
    }
}
