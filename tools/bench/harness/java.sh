# Sourced by the scripts that run Java benchmarks, from the repository's root: compiles them and sets $classpath. $me is the caller's name.
command -v mvn >/dev/null || { echo "$me: there is no mvn (Debian: apt-get install maven)" >&2; exit 4; }
export MAVEN_OPTS=${MAVEN_OPTS:--XX:TieredStopAtLevel=1 -XX:+UseSerialGC}
mvn=(mvn -B -q -Pbench)
"${mvn[@]}" -o test-compile 2>/dev/null || "${mvn[@]}" test-compile
list=target/bench-classpath.txt
if [ ! -f $list ] || [ pom.xml -nt $list ]; then
    resolve=(dependency:build-classpath -Dmdep.outputFile=$list -Dmdep.includeScope=test)
    "${mvn[@]}" -o "${resolve[@]}" 2>/dev/null || "${mvn[@]}" "${resolve[@]}"
fi
classpath=target/bench-classes:target/classes:$(cat $list)
