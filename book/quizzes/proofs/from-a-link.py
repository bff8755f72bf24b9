from urllib.parse import urljoin
print(urljoin("http://post.example/a/b/c", "../d?x=1"))
