/**
 * Commands: what an operator or an app asks a device to do, and what became of it.
 *
 * <p>It guarantees that a command is durable, with its audit entry, before its creator hears of it;
 * that it is sent at once or when the device returns, in the order of creation and at least once (a
 * device recognizes a repeated one by its id); that every step of its life is durable and audited
 * and is made once; and that it ends: with the device's reply, at the reply's deadline, or at its
 * expiry if nobody collected it. Ends survive a restart, for the next due time is read from the
 * store.
 *
 * <p>It refuses commands beyond {@link
 * dev.breakwater.server.limits.Limit#COMMANDS_QUEUED_PER_DEVICE}, and replies to commands that are
 * not the replying device's own. Read {@link dev.breakwater.server.command.Commands} first, then
 * {@link dev.breakwater.server.command.DeviceCommand}, which is the state machine.
 */
@NullMarked
package dev.breakwater.server.command;

import org.jspecify.annotations.NullMarked;
