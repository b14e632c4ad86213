package io.weir.upstream;

import java.util.Objects;

/** What an upstream asks for. The password is read by {@link #password()} only: no text form shows it. */
public final class Credentials {
    private final String username;
    private final String password;

    /** @param password may be empty, never null */
    public Credentials(String username, String password) {
        this.username = Objects.requireNonNull(username);
        this.password = Objects.requireNonNull(password);
    }

    public String username() {
        return username;
    }

    public String password() {
        return password;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credentials that && username.equals(that.username) && password.equals(that.password);
    }

    @Override
    public int hashCode() {
        return username.hashCode();
    }

    @Override
    public String toString() {
        return "\"" + username + "\" with a password";
    }
}
