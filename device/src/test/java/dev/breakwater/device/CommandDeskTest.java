/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.Command;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.protocol.message.MessageReader;
import dev.breakwater.testkit.TestClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

@Timeout(30)
class CommandDeskTest {

    private final TestClock clock = TestClock.atPresent();
    private final Inbox inbox = new Inbox();
    private final Outbox outbox = new Outbox();
    private final CommandDesk desk =
            new CommandDesk(inbox, outbox, clock, (envelope, topic) -> Optional.empty());
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger carriedOut = new AtomicInteger();

    @BeforeEach
    void setUp() {
        desk.register(
                "work",
                arguments -> {
                    begun.countDown();
                    go.await();
                    carriedOut.incrementAndGet();
                    return arguments;
                });
        inbox.start();
    }

    @AfterEach
    void tearDown() {
        inbox.stop();
    }

    @Test
    void doesNotCarryOutTwiceWhatComesAgainWhileItRuns() throws Exception {
        CommandId id = CommandId.fresh();
        receive(id);
        begun.await();
        receive(id);
        receive(id);
        go.countDown();
        assertThat(nextReply(id)).isInstanceOf(CommandReply.Succeeded.class);
        // The reply to another command shows that nothing else was waiting.
        CommandId other = CommandId.fresh();
        receive(other);
        assertThat(nextReply(other)).isInstanceOf(CommandReply.Succeeded.class);
        assertThat(carriedOut).hasValue(2);
    }

    @Test
    void refusesMoreCommandsThanMayWait() throws Exception {
        receive(CommandId.fresh());
        begun.await();
        for (int n = 0; n < Inbox.WAITING_MAX; n++) {
            receive(CommandId.fresh());
        }
        CommandId tooMany = CommandId.fresh();
        receive(tooMany);
        assertThat(nextReply(tooMany))
                .isEqualTo(
                        new CommandReply.Failed(
                                "this device has 64 commands waiting and takes no more; give the command again later"));
    }

    @Test
    void doesNotBeginWhatExpiredWhileItWaited() throws Exception {
        receive(CommandId.fresh());
        begun.await();
        CommandId waiting = CommandId.fresh();
        receive(waiting);
        clock.advance(Duration.ofMinutes(6));
        go.countDown();
        outbox.acknowledged(outbox.take(1).packetIdentifier());
        assertThat(nextReply(waiting))
                .isInstanceOfSatisfying(
                        CommandReply.Failed.class,
                        failed -> assertThat(failed.error()).contains("expired"));
        assertThat(carriedOut).hasValue(1);
    }

    @Test
    void remembersABoundedNumberOfCommands() {
        RecentCommands recent = new RecentCommands();
        CommandId first = CommandId.fresh();
        CommandReply reply = new CommandReply.Failed("no");
        recent.see(first);
        recent.answered(first, reply);
        for (int n = 1; n < RecentCommands.COMMANDS_MAX; n++) {
            recent.see(CommandId.fresh());
        }
        assertThat(recent.see(first)).isEqualTo(new RecentCommands.Known.Answered(reply));
        recent.see(CommandId.fresh());
        assertThat(recent.see(first)).isEqualTo(new RecentCommands.Known.No());
    }

    @Test
    void remembersABoundedNumberOfBytes() {
        RecentCommands recent = new RecentCommands();
        CommandId first = CommandId.fresh();
        for (CommandId id = first; ; id = CommandId.fresh()) {
            recent.see(id);
            recent.answered(id, large());
            if (recent.see(first) instanceof RecentCommands.Known.No) {
                break;
            }
        }
        CommandId last = CommandId.fresh();
        recent.see(last);
        recent.answered(last, large());
        assertThat(recent.see(last)).isInstanceOf(RecentCommands.Known.Answered.class);
    }

    @Test
    void cutsLongReasonsAtACharactersBorder() throws Exception {
        desk.register(
                "fail",
                arguments -> {
                    throw new CommandFailed("x" + "😀".repeat(600));
                });
        CommandId id = CommandId.fresh();
        desk.receive(
                Topics.command(id),
                new Command(
                                "fail",
                                JsonMapper.shared().createObjectNode(),
                                clock.instant().plusSeconds(1))
                        .toJson());
        assertThat(nextReply(id)).isEqualTo(new CommandReply.Failed("x" + "😀".repeat(255)));
    }

    private static CommandReply large() {
        return new CommandReply.Succeeded(
                JsonMapper.shared().createObjectNode().put("a", "x".repeat(60_000)));
    }

    private void receive(CommandId id) {
        Command work =
                new Command(
                        "work",
                        JsonMapper.shared().createObjectNode(),
                        clock.instant().plus(Duration.ofMinutes(5)));
        desk.receive(Topics.command(id), work.toJson());
    }

    private CommandReply nextReply(CommandId id) throws Exception {
        Outbox.Sending next = outbox.take(1);
        outbox.acknowledged(next.packetIdentifier());
        assertThat(next.message().topic()).isEqualTo(Topics.commandReply(id));
        return MessageReader.forServer().commandReply(next.message().payload());
    }
}
