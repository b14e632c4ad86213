@echo off
rem weir : runs Weir on Windows from a checkout; builds it first when the jar is missing.
rem   tools\weir run -c weir.toml
rem JAVA_HOME chooses the JDK, else the first java.exe of PATH; WEIR_JAVA_OPTIONS adds JVM options (later ones win).
setlocal EnableExtensions DisableDelayedExpansion
for %%i in ("%~dp0..") do set "root=%%~fi"
set "home=%root%\target\weir"
set "java="
if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "java=%JAVA_HOME%\bin\java.exe"
if not defined java for %%i in (java.exe) do set "java=%%~$PATH:i"
if not defined java goto nojava
if exist "%home%\weir.jar" goto run
call :build
if errorlevel 1 exit /b %ERRORLEVEL%
:run

rem small and steady: one collector thread, a heap that gives memory back, native libraries loaded in place and from nowhere else
"%java%" -XX:+UseSerialGC -Xms16m -Xmx192m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=25 -XX:MaxDirectMemorySize=256m ^
 -Xss512k -XX:ReservedCodeCacheSize=48m -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError ^
 "-Djna.boot.library.path=%home%\native\com\sun\jna\win32-x86-64" -Djna.nounpack=true -Djna.noclasspath=true -Djna.nosys=true ^
 %WEIR_JAVA_OPTIONS% -jar "%home%\weir.jar" %*
exit /b %ERRORLEVEL%

:nojava
echo weir: no java found; install a JDK 17 (winget install EclipseAdoptium.Temurin.17.JDK), or set JAVA_HOME 1>&2
exit /b 4

:build
set "maven="
for %%i in (mvn.cmd) do set "maven=%%~$PATH:i"
if not defined maven goto nomaven
echo weir: building ... 1>&2
pushd "%root%"
call "%maven%" -q -B -DskipTests package 1>&2
set "result=%ERRORLEVEL%"
popd
if not "%result%"=="0" echo weir: the build failed 1>&2
exit /b %result%

:nomaven
echo weir: %home%\weir.jar is missing, and there is no mvn to build it (https://maven.apache.org) 1>&2
exit /b 4
