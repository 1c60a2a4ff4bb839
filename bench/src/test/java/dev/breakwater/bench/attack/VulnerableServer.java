/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A server that has what ours must not have, so that programs that look for it can be seen to find
 * it. It listens on the loopback address and holds nothing.
 */
final class VulnerableServer implements AutoCloseable {

    static final String PASSWORD = "correct-horse-battery 00003";

    private final HttpServer server;
    private final Path database;

    private VulnerableServer(HttpServer server, Path database) {
        this.server = server;
        this.database = database;
    }

    static VulnerableServer start(Path directory) throws IOException, SQLException {
        Path database = directory.resolve("vulnerable.db");
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        VulnerableServer vulnerable = new VulnerableServer(server, database);
        vulnerable.fill();
        server.createContext("/device", vulnerable::device);
        server.createContext("/search", vulnerable::search);
        server.createContext("/things/", vulnerable::thing);
        server.start();
        return vulnerable;
    }

    String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private Connection open() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + database);
    }

    private void fill() throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            var _ = statement.executeUpdate("CREATE TABLE device (id TEXT, name TEXT)");
            var _ = statement.executeUpdate("INSERT INTO device VALUES ('1', 'tank')");
        }
    }

    /** SQL injection: what the caller says becomes part of the statement. */
    private void device(HttpExchange exchange) throws IOException {
        String sql = "SELECT name FROM device WHERE id = '" + parameter(exchange) + "'";
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            boolean found = rows.next();
            answer(exchange, found ? 200 : 404, found ? rows.getString(1) : "no such device");
        } catch (SQLException wrong) {
            answer(exchange, 500, wrong.toString());
        }
    }

    /** Cross-site scripting: what the caller says becomes part of the page. */
    private void search(HttpExchange exchange) throws IOException {
        answer(
                exchange,
                200,
                "<html><body><a href=\"/search?q=1\">again</a><p>"
                        + parameter(exchange)
                        + "</p></body></html>");
    }

    /** A foreign thing that is shown to whoever guesses its number. */
    private void thing(HttpExchange exchange) throws IOException {
        boolean guessed = exchange.getRequestURI().getPath().endsWith("/7");
        answer(exchange, guessed ? 200 : 404, "a thing");
    }

    private static String parameter(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        return query == null ? "" : URLDecoder.decode(query.replaceFirst("^[^=]*=?", ""), UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
