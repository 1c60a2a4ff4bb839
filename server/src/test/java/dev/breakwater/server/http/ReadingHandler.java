/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Reads what is sent at the pace that is asked for, or answers with more than anybody holds. */
final class ReadingHandler extends Handler.Abstract {

    static final int LARGE_BYTES = 16 << 20;

    private final Pace pace;

    ReadingHandler(Pace pace) {
        this.pace = pace;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (Request.getPathInContext(request).equals("/large")) {
            response.write(true, ByteBuffer.allocate(LARGE_BYTES), callback);
            return true;
        }
        boolean read = RequestBody.read(request, 65_536, pace) instanceof RequestBody.Complete;
        response.setStatus(read ? 200 : 408);
        RequestBody.settle(request, read ? 200 : 408, response.getHeaders());
        response.getHeaders().put("Content-Length", 0);
        response.write(true, ByteBuffer.allocate(0), callback);
        return true;
    }
}
