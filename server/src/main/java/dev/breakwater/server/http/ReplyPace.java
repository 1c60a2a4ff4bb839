/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.refusal.RefusalReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingNestedCallback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client takes a reply more slowly than the pace: whoever reads nothing,
 * or a byte now and then, keeps the whole reply in memory. A large reply is handed over in parts,
 * each with its own time, so that the slow are found while there is still much of it left.
 */
final class ReplyPace extends Handler.Wrapper {

    private final Gate gate;
    private final Pace pace;
    private final Scheduler scheduler;

    ReplyPace(Handler next, Gate gate, Pace pace, Scheduler scheduler) {
        super(next);
        this.gate = gate;
        this.pace = pace;
        this.scheduler = scheduler;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return super.handle(request, new Paced(request, response), callback);
    }

    private final class Paced extends Response.Wrapper {

        Paced(Request request, Response response) {
            super(request, response);
        }

        @Override
        public void write(boolean last, @Nullable ByteBuffer bytes, Callback callback) {
            if (bytes == null || !bytes.hasRemaining()) {
                writePart(last, bytes, 0, callback);
            } else {
                new Parts(last, bytes, callback).iterate();
            }
        }

        /** The head goes with the first one. */
        private void writePart(
                boolean last, @Nullable ByteBuffer bytes, int length, Callback callback) {
            Part part = new Part(callback);
            super.write(last, bytes, part);
            part.within(pace.unlessSet(getRequest()).forBytes(length));
        }

        private void tooSlow() {
            gate.refused(RefusalReason.REPLY_NOT_TAKEN, Peer.address(getRequest()), Map.of());
            // The socket and not TLS above it, which would first say goodbye to one who reads
            // nothing.
            Peer.socket(getRequest()).close();
        }

        /** Writes one part after the other, each within its time. */
        private final class Parts extends IteratingNestedCallback {

            private final boolean last;
            private final ByteBuffer bytes;
            private boolean begun;

            Parts(boolean last, ByteBuffer bytes, Callback callback) {
                super(callback);
                this.last = last;
                this.bytes = bytes;
            }

            @Override
            protected Action process() {
                if (begun && !bytes.hasRemaining()) {
                    return Action.SUCCEEDED;
                }
                begun = true;
                int length =
                        Math.min(bytes.remaining(), pace.unlessSet(getRequest()).partOfReply());
                ByteBuffer slice = bytes.slice(bytes.position(), length);
                bytes.position(bytes.position() + length);
                writePart(last && !bytes.hasRemaining(), slice, length, this);
                return Action.SCHEDULED;
            }
        }

        /** One part underway. Most are taken at once, and then no clock was ever set. */
        private final class Part implements Callback {

            private final Callback done;
            private boolean taken;
            private Scheduler.@Nullable Task deadline;

            Part(Callback done) {
                this.done = done;
            }

            synchronized void within(Duration time) {
                if (!taken) {
                    RequestPlace.awaitsClient(getRequest());
                    deadline =
                            scheduler.schedule(
                                    Paced.this::tooSlow, time.toMillis(), TimeUnit.MILLISECONDS);
                }
            }

            private synchronized void end() {
                taken = true;
                if (deadline != null) {
                    deadline.cancel();
                }
            }

            @Override
            public void succeeded() {
                end();
                done.succeeded();
            }

            @Override
            public void failed(Throwable cause) {
                end();
                done.failed(cause);
            }

            @Override
            public InvocationType getInvocationType() {
                return done.getInvocationType();
            }
        }
    }
}
