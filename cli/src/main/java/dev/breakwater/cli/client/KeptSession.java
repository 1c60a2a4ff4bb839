/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
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
            throw notKept(notKept);
        }
    }

    private CommandFailed notKept(IOException cause) {
        return new CommandFailed(
                ExitCode.CANNOT_START,
                "the session was renewed and the profile "
                        + file.path()
                        + " cannot be written ("
                        + cause
                        + "); log in again with breakwater login "
                        + session.email(),
                cause);
    }

    /**
     * Holds the profile meanwhile, so that no other command renews what is being replaced. A crash
     * between the answer and the disk loses the session, as at a renewal.
     */
    @Override
    public synchronized Optional<ApiAnswer> exchange(
            Function<Optional<String>, Optional<ApiAnswer>> sending, String tokens) {
        Optional<String> _ = token();
        try (ProfileChange change = file.change()) {
            Profile profile = change.before().orElseThrow(this::loggedOut);
            Session kept = profile.session().orElseThrow(this::loggedOut);
            Optional<ApiAnswer> answer = sending.apply(Optional.of(kept.accessToken()));
            if (answer.isPresent()) {
                kept = Session.of(answer.get().json().at(tokens));
                change.store(profile.with(kept));
            }
            session = kept;
            return answer;
        } catch (IOException notKept) {
            throw notKept(notKept);
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
