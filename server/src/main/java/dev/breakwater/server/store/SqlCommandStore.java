/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.message.Command;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.MessageReader;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.command.CommandChange;
import dev.breakwater.server.command.CommandCreation;
import dev.breakwater.server.command.CommandProgress;
import dev.breakwater.server.command.CommandState;
import dev.breakwater.server.command.CommandStep;
import dev.breakwater.server.command.CommandStore;
import dev.breakwater.server.command.DeviceCommand;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Commands as one row each; a step reads the row, asks what comes next, and writes that. */
public final class SqlCommandStore implements CommandStore, RevocationConsequence {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Database database;
    private final SqlAuditLog audit;
    private final Clock clock;

    /** The commands within this database. */
    public SqlCommandStore(Database database, SqlAuditLog audit, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public CommandCreation create(
            OrganizationId organization, DeviceCommand command, int openMax, AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<DeviceStatus> status =
                            transaction.one(
                                    "SELECT status FROM device"
                                            + " WHERE organization_id = ? AND device_id = ?",
                                    row -> DeviceStatus.valueOf(row.text("status")),
                                    organization,
                                    command.device());
                    if (status.isEmpty()) {
                        return new CommandCreation.NoSuchDevice();
                    }
                    if (status.get() == DeviceStatus.REVOKED) {
                        return new CommandCreation.DeviceRevoked(command.device());
                    }
                    long open =
                            transaction.count(
                                    "SELECT count(*) FROM command"
                                            + " WHERE device_id = ? AND due_us IS NOT NULL",
                                    command.device());
                    if (open >= openMax) {
                        return new CommandCreation.QueueFull(openMax);
                    }
                    insert(transaction, command);
                    audit.append(transaction, event);
                    return new CommandCreation.Created(command);
                });
    }

    private static void insert(Transaction transaction, DeviceCommand command) throws SQLException {
        transaction.update(
                "INSERT INTO command (command_id, organization_id, device_id, name, arguments,"
                        + " created_by, created_us, expires_us, reply_timeout_us, state, due_us)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                command.id(),
                command.organization(),
                command.device(),
                command.request().name(),
                JSON.writeValueAsString(command.request().arguments()),
                command.createdBy(),
                command.createdAt(),
                command.request().expiresAt(),
                command.replyTimeout().toNanos() / 1_000,
                command.state(),
                command.due().orElse(null));
    }

    @Override
    public Optional<DeviceCommand> find(OrganizationId organization, CommandId id) {
        return database.read(statements -> find(statements, organization, id));
    }

    private static Optional<DeviceCommand> find(
            Statements statements, OrganizationId organization, CommandId id) throws SQLException {
        return statements.one(
                "SELECT * FROM command WHERE organization_id = ? AND command_id = ?",
                SqlCommandStore::command,
                organization,
                id);
    }

    /** A command to go on after that is not the device's own leads nowhere. */
    @Override
    public List<DeviceCommand> ofDevice(
            OrganizationId organization,
            DeviceId device,
            Optional<CommandId> before,
            int countMax) {
        return database.read(
                statements -> {
                    long sequence = Long.MAX_VALUE;
                    if (before.isPresent()) {
                        sequence =
                                statements.count(
                                        "SELECT sequence FROM command WHERE organization_id = ?"
                                                + " AND device_id = ? AND command_id = ?",
                                        organization,
                                        device,
                                        before.get());
                    }
                    return statements.list(
                            "SELECT * FROM command WHERE organization_id = ? AND device_id = ?"
                                    + " AND sequence < ? ORDER BY sequence DESC LIMIT ?",
                            SqlCommandStore::command,
                            organization,
                            device,
                            sequence,
                            countMax);
                });
    }

    @Override
    public List<DeviceCommand> queued(OrganizationId organization, DeviceId device, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM command WHERE organization_id = ? AND device_id = ?"
                                        + " AND due_us IS NOT NULL AND state = ?"
                                        + " ORDER BY sequence LIMIT ?",
                                SqlCommandStore::command,
                                organization,
                                device,
                                CommandState.QUEUED,
                                countMax));
    }

    @Override
    public CommandChange change(OrganizationId organization, CommandId id, CommandStep step) {
        return database.write(transaction -> change(transaction, organization, id, step));
    }

    @Override
    public void submit(
            OrganizationId organization,
            CommandId id,
            CommandStep step,
            Completion<? super CommandChange> completion) {
        database.submit(transaction -> change(transaction, organization, id, step), completion);
    }

    private CommandChange change(
            Transaction transaction, OrganizationId organization, CommandId id, CommandStep step)
            throws SQLException {
        Optional<DeviceCommand> before = find(transaction, organization, id);
        if (before.isEmpty()) {
            return new CommandChange.NoSuchCommand();
        }
        Optional<DeviceCommand> after = step.from(before.get());
        if (after.isEmpty()) {
            return new CommandChange.Unchanged(before.get());
        }
        save(transaction, after.get(), step);
        return new CommandChange.Changed(after.get());
    }

    private void save(Transaction transaction, DeviceCommand command, CommandStep step)
            throws SQLException {
        CommandProgress progress = command.progress();
        transaction.update(
                "UPDATE command SET state = ?, delivered_us = ?, ended_us = ?, reply = ?,"
                        + " replied_us = ?, due_us = ? WHERE command_id = ?",
                progress.state(),
                progress.deliveredAt().orElse(null),
                progress.endedAt().orElse(null),
                progress.reply().map(SqlCommandStore::text).orElse(null),
                progress.repliedAt().orElse(null),
                command.due().orElse(null),
                command.id());
        audit.append(transaction, CommandStep.event(command, step.actor()));
    }

    @Override
    @Unscoped("time passes for all organizations")
    public List<DeviceCommand> endOverdue(Instant now, int countMax) {
        return database.write(
                transaction ->
                        makeAll(
                                transaction,
                                transaction.list(
                                        "SELECT * FROM command WHERE due_us <= ?"
                                                + " ORDER BY due_us LIMIT ?",
                                        SqlCommandStore::command,
                                        now,
                                        countMax),
                                CommandStep.overdue(now)));
    }

    @Override
    @Unscoped("time passes for all organizations")
    public Optional<Instant> nextDue() {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT due_us FROM command WHERE due_us IS NOT NULL"
                                        + " ORDER BY due_us LIMIT 1",
                                row -> row.instant("due_us")));
    }

    /** Ends what is open of a revoked device, in the transaction that revokes it. */
    @Override
    public void deviceRevoked(Transaction transaction, OrganizationId organization, DeviceId device)
            throws SQLException {
        makeAll(
                transaction,
                transaction.list(
                        "SELECT * FROM command WHERE organization_id = ?"
                                + " AND device_id = ? AND due_us IS NOT NULL"
                                + " ORDER BY sequence",
                        SqlCommandStore::command,
                        organization,
                        device),
                CommandStep.dropped(clock.instant()));
    }

    private List<DeviceCommand> makeAll(
            Transaction transaction, List<DeviceCommand> commands, CommandStep step)
            throws SQLException {
        List<DeviceCommand> changed = new ArrayList<>();
        for (DeviceCommand before : commands) {
            Optional<DeviceCommand> after = step.from(before);
            if (after.isPresent()) {
                save(transaction, after.get(), step);
                changed.add(after.get());
            }
        }
        return changed;
    }

    private static DeviceCommand command(Row row) throws SQLException {
        return new DeviceCommand(
                new CommandId(row.uuid("command_id")),
                new OrganizationId(row.uuid("organization_id")),
                new DeviceId(row.uuid("device_id")),
                new Command(
                        row.text("name"),
                        (ObjectNode) JSON.readTree(row.text("arguments")),
                        row.instant("expires_us")),
                Duration.ofNanos(row.number("reply_timeout_us") * 1_000),
                row.text("created_by"),
                row.instant("created_us"),
                new CommandProgress(
                        CommandState.valueOf(row.text("state")),
                        row.optionalInstant("delivered_us"),
                        row.optionalInstant("ended_us"),
                        reply(row.optionalText("reply")),
                        row.optionalInstant("replied_us")));
    }

    private static String text(CommandReply reply) {
        return new String(reply.toJson(), StandardCharsets.UTF_8);
    }

    private static Optional<CommandReply> reply(Optional<String> json) throws SQLException {
        if (json.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] payload = json.get().getBytes(StandardCharsets.UTF_8);
            return Optional.of(MessageReader.forServer().commandReply(payload));
        } catch (MalformedMessage altered) {
            throw new SQLException("a stored reply is malformed", altered);
        }
    }
}
