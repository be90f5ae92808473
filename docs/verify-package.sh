#!/bin/sh
# Verify an enblanket package without enblanket: unzip, sha256sum, openssl and the POSIX tools.
#
#   sh verify-package.sh PACKAGE.asice TRUST.pem [MOMENT]
#
# TRUST.pem holds the certificates of those you trust, each compared with its owner by fingerprint before.
# MOMENT (seconds since 1970) judges the certificates as of then; without it, as of now.
# Exit 0: every signature holds and every file is as signed. Exit 1: refused. Exit 2: could not run.
# docs/verify-without-enblanket.md explains each step, and lists what this script does not see.

set -eu
LC_ALL=C
export LC_ALL
umask 077

refuse() {
    printf 'refused: %s\n' "$1" >&2
    exit 1
}

cannot() {
    printf '%s\n' "$1" >&2
    exit 2
}

if [ $# -lt 2 ] || [ $# -gt 3 ]; then
    cannot "usage: verify-package.sh PACKAGE.asice TRUST.pem [MOMENT]"
fi
[ -f "$1" ] || cannot "the package is not a file"
[ -f "$2" ] || cannot "the trust file is not a file"
moment=${3:-}
case $moment in *[!0-9]*) cannot "the moment is a number of seconds since 1970" ;; esac
for tool in unzip sha256sum openssl awk od date; do
    command -v "$tool" >/dev/null 2>&1 || cannot "$tool is missing"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
files=$work/files
mkdir "$files"
# Copies under names of our own: the names that came are the sender's, and the bytes can no longer change under us.
cat <"$1" >"$work/package.zip"
cat <"$2" >"$work/trust.pem"
cd "$work"
most=536870912
most_entries=1000
size=$(($(wc -c <package.zip)))

# ---- 1. The ZIP: nothing before, between or after the entries, and no name that unpacks elsewhere.

[ "$size" -le "$most" ] || refuse "the package is larger than 512 MiB"
[ "$size" -ge 22 ] || refuse "the package is cut off"
byte_fields() { # OFFSET LENGTH [FILE]: the bytes as decimal numbers on one line
    tail -c "+$(($1 + 1))" "${3:-package.zip}" | head -c "$2" | od -An -v -tu1 | tr -s '\n ' ' '
}
[ "$(byte_fields 0 4)" = " 80 75 3 4 " ] || [ "$(byte_fields 0 4)" = " 80 75 3 4" ] ||
    refuse "something stands before the first entry"
# shellcheck disable=SC2046 # twenty-two numbers, split on purpose
set -- $(byte_fields $((size - 22)) 22)
[ "$1 $2 $3 $4" = "80 75 5 6" ] || refuse "the end record is not the last thing in the package"
[ "$5 $6 $7 $8" = "0 0 0 0" ] || refuse "the package is spread over several disks"
shift 8
[ "$1 $2" = "$3 $4" ] || refuse "the package is spread over several disks"
count=$(($3 + 256 * $4))
directory_size=$(($5 + 256 * $6 + 65536 * $7 + 16777216 * $8))
shift 8
directory_start=$(($1 + 256 * $2 + 65536 * $3 + 16777216 * $4))
[ "$5 $6" = "0 0" ] || refuse "a comment stands after the end record"
[ "$count" -ge 1 ] && [ "$count" -le "$most_entries" ] || refuse "the number of entries is impossible"
[ $((directory_start + directory_size + 22)) -eq "$size" ] || refuse "bytes are hidden around the directory"

unzip -Z1 package.zip >names 2>/dev/null </dev/null || refuse "the list of entries cannot be read"
unzip -Z -l -T package.zip >everything 2>/dev/null </dev/null || refuse "the list of entries cannot be read"
sed -e 1,2d -e "\$d" everything >listing
[ "$(($(wc -l <names)))" -eq "$count" ] || refuse "the list of entries does not fit their number"
[ "$(($(wc -l <listing)))" -eq "$count" ] || refuse "the list of entries does not fit their number"
if grep -Evq '^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$' names; then
    # META-INF is covered by the form too; what is not, is not shown, since it may hold anything.
    refuse "an entry has a name that a package does not use"
fi
if grep -Eq '(^|/)[^/]*\.(/|$)' names; then
    refuse "an entry's name ends in a dot"
fi
if grep -Eiq '(^|/)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.[^/]*)?(/|$)' names; then
    refuse "an entry is named like a device"
fi
[ -z "$(tr 'A-Z' 'a-z' <names | sort | uniq -d)" ] || refuse "two entries have the same name"

# Columns: mode, version, system, size, kind, packed, method, moment, name.
awk -v start="$directory_start" -v directory="$directory_size" -v most="$most" '
    NF != 9 { print "the list of entries cannot be read"; bad = 1; exit }
    $1 != "-rw-r--r--" { print "an entry is a link, a folder, or not an ordinary file"; bad = 1; exit }
    $2 != "2.0" || $3 != "unx" { print "an entry was written by another kind of program"; bad = 1; exit }
    $8 != "19800101.000000" { print "an entry carries a date of its own"; bad = 1; exit }
    $5 != "b-" { print "an entry is encrypted or hides bytes in an extra field"; bad = 1; exit }
    $7 != "stor" && $7 !~ /^def/ { print "an entry is packed in an unknown way"; bad = 1; exit }
    NR == 1 && $7 != "stor" { print "the mimetype is packed"; bad = 1; exit }
    $7 != "stor" && $6 > $4 + int($4 / 1000) + 64 { print "an entry says more than it unpacks to"; bad = 1; exit }
    $4 > 1048576 && $4 > 200 * $6 { print "an entry unpacks to far more than it is"; bad = 1; exit }
    { total += $4; run += 30 + length($9) + $6; heads += 46 + length($9) }
    END {
        if (bad) exit
        if (total > most) print "the package unpacks to more than 512 MiB"
        else if (run != start || heads != directory) print "bytes are hidden between the entries"
    }' listing >fault
[ ! -s fault ] || refuse "$(cat fault)"

# ---- 2. Unpack into an empty folder, and look at what really lies there.

unzip -tqq package.zip >/dev/null 2>&1 </dev/null || refuse "an entry is damaged"
unzip -qq -n package.zip -d files >/dev/null 2>&1 </dev/null || refuse "an entry cannot be unpacked"
[ -z "$(find files ! -type f ! -type d)" ] || refuse "something that is no file was unpacked"
(cd files && find . -type f) | sed 's|^\./||' | sort >found
sort names >expected
cmp -s found expected || refuse "what was unpacked is not what was listed"
(cd files && while read -r name; do wc -c <"$name"; done <../names) | awk '{ print $1 }' >sizes
awk '{ print $4 }' listing | cmp -s - sizes || refuse "an entry is not as large as it says"
[ "$(head -n 1 names)" = mimetype ] || refuse "the first entry is not mimetype"
printf 'application/vnd.etsi.asic-e+zip' | cmp -s - files/mimetype || refuse "the mimetype is another"

# ---- 3. What is metadata: pairs of manifest and signature at the end, counted from 001, and nothing else.

pairs=$(($(grep -Eic '^META-INF/' names || :)))
[ "$pairs" -ge 2 ] && [ $((pairs % 2)) -eq 0 ] && [ "$pairs" -le 18 ] || refuse "a manifest or a signature is missing"
pairs=$((pairs / 2))
number=1
while [ "$number" -le "$pairs" ]; do
    printf 'META-INF/ASiCManifest%03d.xml\nMETA-INF/signature%03d.p7s\n' "$number" "$number"
    number=$((number + 1))
done >metadata
tail -n "$((2 * pairs))" names | cmp -s - metadata || refuse "META-INF holds something that is not ours"

# ---- 4. Each signature, over its manifest, by a certificate that stands in the trust file itself.

one_line_each() { # PEM certificates, each as one line of base64
    awk '/-----BEGIN CERTIFICATE-----/ { on = 1; text = ""; next }
         /-----END CERTIFICATE-----/ { if (on) print text; on = 0; next }
         on { sub(/\r$/, ""); text = text $0 }' "$1"
}
one_line_each trust.pem >trusted
[ -s trusted ] || cannot "the trust file holds no certificate"

one_piece() { # FILE: one DER value of the size it says, and nothing behind it
    bytes=$(($(wc -c <"$1")))
    [ "$bytes" -gt 256 ] && [ "$bytes" -le 65535 ] || return 1
    # shellcheck disable=SC2046 # four numbers, split on purpose
    set -- $(byte_fields 0 4 "$1")
    [ "$1 $2" = "48 130" ] && [ $(($3 * 256 + $4 + 4)) -eq "$bytes" ]
}

strong_enough() { # CERTIFICATE: P-256, P-384 or RSA of 3072 bits and more; for signing; no authority
    openssl x509 -in "$1" -noout -text 2>/dev/null >text || return 1
    grep -Eq '^ *ASN1 OID: (prime256v1|secp384r1)$' text ||
        awk '/^ *Public Key Algorithm: (rsaEncryption|rsassaPss)$/ { rsa = 1 }
             rsa && /^ *(RSA )?Public-Key: \([0-9]+ bit\)/ { gsub(/[^0-9]/, ""); exit !($0 >= 3072 && $0 <= 8192) }
             END { if (!rsa) exit 1 }' text || return 1
    ! awk '/^ *Exponent: [0-9]/ && $2 + 0 < 65537 { weak = 1 } END { exit !weak }' text || return 1
    openssl x509 -in "$1" -noout -ext keyUsage 2>/dev/null | grep -Eq 'Digital Signature|Non Repudiation' || return 1
    if grep ': critical *$' text | sed 's/^ *X509v3 //' |
        grep -Evq '^(Basic Constraints|Key Usage|Extended Key Usage|Subject Alternative Name|Certificate Policies):'; then
        return 1 # a condition that is not known here
    fi
    ! openssl x509 -in "$1" -noout -ext basicConstraints 2>/dev/null | grep -q 'CA:TRUE'
}

verify_signature() { # NUMBER
    manifest=files/META-INF/ASiCManifest$1.xml
    signature=files/META-INF/signature$1.p7s
    # -no-CApath and -no-CAstore: else everybody whom the operating system's authorities vouch for would do.
    # -partial_chain: a certificate that you trust needs no authority above it.
    if ! openssl cms -verify -cades -binary -inform DER -in "$signature" -content "$manifest" \
        -CAfile trust.pem -no-CApath -no-CAstore -partial_chain -purpose any ${moment:+-attime "$moment"} \
        -signer signer.pem -out /dev/null >/dev/null 2>openssl.log; then
        ! grep -Eq 'certificate (has expired|is not yet valid)' openssl.log ||
            refuse "the certificate of $1 does not count at this moment; name the moment of signing, if you vouch for it, as the third argument"
        refuse "signature $1 does not hold, or its signer is not trusted"
    fi
    one_line_each signer.pem >signers
    [ "$(($(wc -l <signers)))" -eq 1 ] || refuse "signature $1 has several signers"
    grep -qxF -f signers trusted || refuse "the signer of $1 is not in the trust file"
    strong_enough signer.pem || refuse "the certificate of $1 is of a kind that may not sign packages"
    one_piece "$signature" || refuse "signature $1 is not written as a signature is"
    openssl cms -cmsout -print -noout -inform DER -in "$signature" >structure 2>/dev/null
    for line in '    version: 1' '      eContentType: pkcs7-data (1.2.840.113549.1.7.1)' '      eContent: <ABSENT>' \
        '        unsignedAttrs:'; do
        [ "$(grep -cxF -e "$line" structure)" = 1 ] || refuse "signature $1 is not written as a signature is"
    done
    grep -A 1 -x '        unsignedAttrs:' structure | grep -qx '          <ABSENT>' ||
        refuse "signature $1 carries attributes that nobody signed"
    [ "$(awk '/^    digestAlgorithms:/ { on = 1 } /^    encapContentInfo:/ { on = 0 } on && /^ *algorithm: /' structure | wc -l)" -eq 1 ] ||
        refuse "signature $1 is not written as a signature is"
    grep -A 1 -x '    crls:' structure | grep -qx '      <ABSENT>' ||
        refuse "signature $1 is not written as a signature is"
    grep -A 2 -x '            object: contentType (1.2.840.113549.1.9.3)' structure |
        grep -qx '              OBJECT:pkcs7-data (1.2.840.113549.1.7.1)' ||
        refuse "signature $1 is not written as a signature is"
    # Signed attributes could be stripped off, and then the attributes' own bytes would pass as content.
    awk '/^ *signedAttrs:/ { on = 1 } /^ *(signatureAlgorithm|unsignedAttrs):/ { on = 0 }
             on && /^ *object: / { print $2 }' structure | sort >attributes
    for attribute in contentType messageDigest signingTime id-smime-aa-signingCertificateV2; do
        [ "$(grep -cx "$attribute" attributes)" = 1 ] || refuse "signature $1 lacks the signed attribute $attribute"
    done
    signed=$(sed -n 's/^              \(UTCTIME\|GENERALIZEDTIME\)://p' structure | head -n 1)
    seconds=$(date -u -d "$signed" +%s 2>/dev/null) || refuse "the signing time of $1 cannot be read"
    # Until 2049 a time is written as UTCTime (RFC 5652, 11.3); another form is another signature.
    if grep -q '^              GENERALIZEDTIME:' structure && [ "$seconds" -lt 2524608000 ]; then
        refuse "signature $1 is not written as a signature is"
    fi
    [ "$seconds" -le $((${moment:-$(date +%s)} + 86400)) ] || refuse "signature $1 is from the future"
    printf 'signature %s: signed=%s\n' "$1" "$signed" >>summary
    openssl x509 -in signer.pem -noout -subject -nameopt RFC2253 -fingerprint -sha256 | sed "s/^/signature $1: /" >>summary
}

# ---- 5. Each manifest: exactly the entries above it, each with its digest. Only the one form that we write is read.

verify_manifest() { # NUMBER
    awk -v signature="META-INF/signature$1.p7s" '
        function expect(text) { if ($0 != text) { print "! line " NR; exit } }
        NR == 1 { expect("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"); next }
        NR == 2 { expect("<asic:ASiCManifest xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"); next }
        NR == 3 { expect("  <asic:SigReference URI=\"" signature "\" MimeType=\"application/pkcs7-signature\"/>"); step = 0; next }
        ended { print "! line " NR; exit }
        step == 0 && $0 == "</asic:ASiCManifest>" { ended = 1; next }
        step == 0 && /^  <asic:DataObjectReference URI="[A-Za-z0-9._\/-]+">$/ { split($0, part, "\""); name = part[2]; step = 1; next }
        step == 1 { expect("    <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>"); step = 2; next }
        step == 2 && /^    <ds:DigestValue>[A-Za-z0-9+\/]+=<\/ds:DigestValue>$/ { gsub(/^    <ds:DigestValue>|<\/ds:DigestValue>$/, ""); print $0 " " name; step = 3; next }
        step == 3 { expect("  </asic:DataObjectReference>"); step = 0; next }
        { print "! line " NR; exit }
        END { if (!ended) print "! end" }' "files/META-INF/ASiCManifest$1.xml" >digests
    if grep -q '^!' digests; then refuse "manifest $1 is not written as a manifest is"; fi
    head -n "$above" names >covered
    sed 's/^[^ ]* //' digests | cmp -s - covered || refuse "manifest $1 does not list exactly what stands above it"
    while read -r digest name; do
        [ "$(openssl dgst -sha256 -binary "files/$name" | openssl base64 -A)" = "$digest" ] ||
            refuse "$name is not what was signed"
    done <digests
}

: >summary
number=1
above=$((count - 2 * pairs))
while [ "$number" -le "$pairs" ]; do
    padded=$(printf '%03d' "$number")
    verify_signature "$padded"
    verify_manifest "$padded"
    number=$((number + 1))
    above=$((above + 2))
done

# ---- 6. SHA256SUMS: the same once more, with the tool that everybody has.

above=$((count - 2 * pairs))
[ "$(sed -n "${above}p" names)" = SHA256SUMS ] || refuse "SHA256SUMS is not where it should be"
head -n "$((above - 1))" names >covered
sed 's/^[0-9a-f]\{64\}  //' files/SHA256SUMS | cmp -s - covered || refuse "SHA256SUMS does not list exactly the files"
(cd files && sha256sum -c --strict --quiet SHA256SUMS >/dev/null 2>&1) || refuse "a file does not fit SHA256SUMS"

cat summary
printf 'verified: %s files, %s signature(s)\n' "$((above - 2))" "$pairs"
